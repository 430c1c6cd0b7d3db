using System;
using NetGen.Tests.Parity;
using NetGen.Tests.Runtime;
using Xunit.Runner.InProc.SystemConsole;

namespace NetGen.Tests;

/// <summary>
/// The test assembly as a program: other tests start it under other settings of the runtime, or where the process might end. Without a
/// command of its own it runs tests, which is how 'dotnet test' starts it.
/// </summary>
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

        return ConsoleRunner.Run(arguments).GetAwaiter().GetResult();
    }
}
