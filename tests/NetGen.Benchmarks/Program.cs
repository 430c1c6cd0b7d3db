using System;
using System.Globalization;
using BenchmarkDotNet.Running;
using NetGen.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["compare", "--plan"]:
        Compare.RunPlan();
        return 0;
    case ["compare", .. { Length: <= 1 } filter]:
        Compare.Run(filter.Length > 0 ? filter[0] : "");
        return 0;
    case ["generation", .. { Length: <= 1 } filter]:
        Generation.Run(filter.Length > 0 ? filter[0] : "");
        return 0;
    case ["models", .. { Length: <= 1 } filter]:
        Models.Run(filter.Length > 0 ? filter[0] : "");
        return 0;
    case ["first-generation", string network, string generator]:
        Generation.Child(network, generator);
        return 0;
    case ["first-result", string network, string runtime, string file]:
        StartUp.Child(network, runtime, file);
        return 0;
    case ["benchmark", .. string[] options]:
        BenchmarkSwitcher.FromAssembly(typeof(NetworkBenchmarks<>).Assembly).Run(options);
        return 0;
    default:
        Console.Error.WriteLine("Usage: NetGen.Benchmarks compare          times networks and layers against ONNX Runtime, in turn, on one thread");
        Console.Error.WriteLine("       NetGen.Benchmarks compare --plan   times the algorithms that the plan chooses between");
        Console.Error.WriteLine("       NetGen.Benchmarks generation       times the generator, and counts what it writes");
        Console.Error.WriteLine("       NetGen.Benchmarks models           imports published ONNX models, compares and times them; fetches them with npm");
        Console.Error.WriteLine("       NetGen.Benchmarks benchmark ...    runs BenchmarkDotNet, with its own options");
        Console.Error.WriteLine("       NetGen.Benchmarks compare ResNet   only those whose names contain a word; so do generation and models");
        return 2;
}
