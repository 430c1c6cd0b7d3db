using System;
using NetGen.Tests.Parity;

namespace NetGen.Tests;

/// <summary>The test assembly as a program: the parity tests start it under other settings of the runtime.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is [PlanCoverage.Command, .. var reports])
        {
            return PlanCoverage.Print(reports);
        }

        if (arguments is [ParityChild.Command, var folder, var report])
        {
            ParityChild.Run(folder, report);
            return 0;
        }

        Console.Error.WriteLine("This assembly holds tests; run it with 'dotnet test'.");
        return 2;
    }
}
