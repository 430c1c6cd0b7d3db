using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace NetGen.Generator.Diagnostics.FileChecks;

/// <summary>What an attribute's file is in the project.</summary>
/// <param name="Paths">The paths of the files that it can mean: one where all is well.</param>
/// <param name="Header">The header of that one.</param>
internal readonly record struct NamedFile(EquatableArray<string> Paths, string? Header);

/// <summary>The safetensors files that the project lists, each by its path in the project.</summary>
internal static class ProjectFiles
{
    /// <summary>The path of the safetensors file whose header an additional file holds; null where it is something else.</summary>
    /// <param name="additionalFile">The additional file's path.</param>
    public static string? PathOf(string additionalFile) => HeaderName.PathOf(Path.GetFileName(additionalFile));

    /// <summary>
    /// The files that a name can mean: the one of this path, or else all whose path ends so, after a folder. Both kinds of slashes will do.
    /// </summary>
    /// <param name="name">A path in the project, or the end of one.</param>
    /// <param name="paths">The files' paths.</param>
    public static EquatableArray<string> Find(string name, IEnumerable<string> paths)
    {
        string path = Normalize(name);
        string[] all = [.. paths.Distinct().OrderBy(p => p, StringComparer.Ordinal)];
        return all.Contains(path) ? [path] : all.Where(p => p.EndsWith("/" + path, StringComparison.Ordinal)).ToEquatableArray();
    }

    /// <summary>The file that a name means, or the name itself where the project does not say.</summary>
    public static string Resolve(string name, IEnumerable<string> paths) => Find(name, paths) is { Count: 1 } found ? found[0] : Normalize(name);

    private static string Normalize(string name)
    {
        string path = name.Replace('\\', '/');
        return path.StartsWith("./", StringComparison.Ordinal) ? path.Substring(2) : path;
    }
}
