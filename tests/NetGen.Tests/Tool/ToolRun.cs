using System;
using System.IO;
using Spectre.Console;
using Xunit;

namespace NetGen.Tests.Tool;

/// <summary>Runs the tool in this process, as if its output went to a file.</summary>
internal static class ToolRun
{
    /// <summary>Runs a command.</summary>
    /// <returns>Its exit code, and what it wrote.</returns>
    public static (int Code, string Text) Run(params string[] arguments) => Run(console => console, arguments);

    /// <summary>Runs a command on a console that is changed first.</summary>
    public static (int Code, string Text) Run(Func<IAnsiConsole, IAnsiConsole> change, params string[] arguments)
    {
        var writer = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(writer),
        });
        int code = NetGen.Tool.Program.Run(arguments, change(console));
        return (code, writer.ToString());
    }

    /// <summary>Runs a command that has to succeed.</summary>
    /// <returns>What it wrote.</returns>
    public static string Succeed(params string[] arguments)
    {
        (int code, string text) = Run(arguments);
        Assert.True(code == 0, text);
        return text;
    }

    /// <summary>Runs a command that has to end in errors, and in nothing else.</summary>
    /// <returns>The errors.</returns>
    public static string Fail(params string[] arguments)
    {
        (int code, string text) = Run(arguments);
        Assert.True(code == 2, text);
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.StartsWith("error: ", line, StringComparison.Ordinal));
        return text;
    }

    /// <summary>The path of one of the models that the tests hold.</summary>
    public static string Case(string file) => Path.Combine(AppContext.BaseDirectory, "Tool", "cases", file);
}
