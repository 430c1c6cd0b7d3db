using System;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;

namespace NetGen.Tests;

/// <summary>Runs the <c>dotnet</c> command.</summary>
internal static class DotnetProcess
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="directory">Where to run it.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">Environment variables beside those of this process.</param>
    /// <returns>The exit code, and what it wrote.</returns>
    public static async Task<(int Code, string Output)> RunAsync(
        string directory, string arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The variables of the test run's own build would reach into the process.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
