using System;
using Spectre.Console;

namespace NetGen.Tool;

/// <summary>Shows what is going on to someone who waits for it; a file needs no such lines.</summary>
internal static class Waiting
{
    /// <summary>Does something.</summary>
    /// <param name="console">The console.</param>
    /// <param name="what">What it is.</param>
    /// <param name="action">Does it.</param>
    public static T For<T>(IAnsiConsole console, string what, Func<T> action) =>
        console.Profile.Out.IsTerminal ? console.Status().Start(Markup.Escape(what), _ => action()) : action();
}
