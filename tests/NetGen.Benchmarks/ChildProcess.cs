using System;
using System.Diagnostics;
using System.IO;

namespace NetGen.Benchmarks;

/// <summary>Runs this program once more, for what only a new process shows.</summary>
internal static class ChildProcess
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static string Run(params string[] arguments)
    {
        string host = Environment.ProcessPath!;
        string assembly = typeof(ChildProcess).Assembly.Location;

        // `dotnet run` starts the program's own executable, which knows its assembly; `dotnet NetGen.Benchmarks.dll` must be told.
        bool isMuxer = Path.GetFileName(host) is "dotnet" or "dotnet.exe";
        using Process process = Process.Start(new ProcessStartInfo(host, isMuxer ? [assembly, .. arguments] : arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"'{string.Join(' ', arguments)}' ended with exit code {process.ExitCode}.");
    }
}
