using System;

namespace NetGen.Tests;

/// <summary>The test assembly as a program: the parity tests start it under other settings of the runtime.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        Console.Error.WriteLine("This assembly holds tests; run it with 'dotnet test'.");
        return 2;
    }
}
