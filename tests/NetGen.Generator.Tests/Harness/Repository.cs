using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace NetGen.Generator.Tests.Harness;

/// <summary>The files of the repository that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Where it is published.</summary>
    public static string Url { get; } = XDocument.Parse(Read("Directory.Build.props")).Descendants("RepositoryUrl").Single().Value;

    public static string Full(string path) => Path.GetFullPath(Path.Combine(Root, path));

    public static string Read(string path) => File.ReadAllText(Full(path)).Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string FindRoot([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", ".."));
}
