using System;
using System.Diagnostics;
using System.IO;

namespace NetGen.Benchmarks;

/// <summary>Runs this program once more, for what only a new process shows, and other programs.</summary>
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
        return Run(new ProcessStartInfo(host, isMuxer ? [assembly, .. arguments] : arguments));
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="start">The program.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static string Run(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"'{start.FileName} {string.Join(' ', start.ArgumentList)}' ended with exit code {process.ExitCode}.");
    }
}
