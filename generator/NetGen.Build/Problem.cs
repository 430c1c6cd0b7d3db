using System.Collections.Generic;
using System.Linq;
using Microsoft.Build.Framework;

namespace NetGen.Build;

/// <summary>Reports what is wrong with a project.</summary>
internal static class Problem
{
    public static void Error(IBuildEngine engine, string code, string message) =>
        engine.LogErrorEvent(new BuildErrorEventArgs("", code, engine.ProjectFileOfTaskNode, 0, 0, 0, 0, message, "", "NetGen"));

    /// <summary>Texts in quotes, as a sentence lists them.</summary>
    public static string List(IEnumerable<string> texts) => string.Join(" and ", texts.Select(t => $"'{t}'"));
}
