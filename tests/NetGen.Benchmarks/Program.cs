using System;
using NetGen.Benchmarks;

if (args is ["compare"])
{
    Compare.Run();
    return 0;
}

Console.Error.WriteLine("Usage: NetGen.Benchmarks compare   times our networks against ONNX Runtime, in turn, on one thread");
return 2;
