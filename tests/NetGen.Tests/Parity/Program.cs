using System;
using NetGen.Tests.Parity;
using NetGen.Tests.Runtime;

namespace NetGen.Tests;

/// <summary>The test assembly as a program: other tests start it under other settings of the runtime, or where the process might end.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is [PlanCoverage.Command, .. var reports])
        {
            return PlanCoverage.Print(reports);
        }

        if (arguments is [GeneratedSources.Command, var root, var file, .. { Length: <= 1 } texts])
        {
            return GeneratedSources.Run(root, file, texts.Length > 0 ? texts[0] : null);
        }

        if (arguments is [ParityChild.Command, var folder, var report])
        {
            ParityChild.Run(folder, report);
            return 0;
        }

        if (arguments is [RuntimeChild.Command, .. var task])
        {
            return RuntimeChild.Run(task);
        }

        Console.Error.WriteLine("This assembly holds tests; run it with 'dotnet test'.");
        return 2;
    }
}
