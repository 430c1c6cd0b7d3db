extern alias generator;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator;
using generator::NetGen.Generator.Planning;

/// <summary>
/// Writes down the SHA-256 of every file that the generator writes, or compares with what was written down before: a change of the
/// generator's insides must leave what it generates the same to the byte. The networks are those of the samples and the tests, the
/// sources within the tests' strings among them, those of torchvision, and the random ones of a parity run, on every tier, for batches
/// and for observers.
/// </summary>
internal static class GeneratedSources
{
    public const string Command = "sources";

    private const int MostNamed = 40;
    private const int GroupSize = 40;
    private const int MapCount = 100;

    /// <summary>Writes the hashes, or compares with them.</summary>
    /// <param name="root">The folder of the repository.</param>
    /// <param name="file">The hashes' file; written where there is none.</param>
    /// <param name="texts">A folder that takes the files themselves, so that two states can be compared line by line; null for none.</param>
    /// <returns>The exit code: 0, or 1 where a file differs.</returns>
    public static int Run(string root, string file, string? texts)
    {
        SortedDictionary<string, string> hashes = Generate(root, texts);
        if (!File.Exists(file))
        {
            File.WriteAllLines(file, hashes.Select(h => $"{h.Value} {h.Key}"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{hashes.Count} generated files written down."));
            return 0;
        }

        Dictionary<string, string> known = File.ReadLines(file).ToDictionary(l => l[65..], l => l[..64]);
        string[] changed =
        [
            .. known.Keys.Except(hashes.Keys).Select(n => "missing: " + n),
            .. hashes.Keys.Except(known.Keys).Select(n => "new:     " + n),
            .. hashes.Where(h => known.TryGetValue(h.Key, out string? hash) && hash != h.Value).Select(h => "differs: " + h.Key),
        ];
        foreach (string name in changed.Take(MostNamed))
        {
            Console.WriteLine(name);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{hashes.Count} generated files, {changed.Length} other than before."));
        return changed.Length == 0 ? 0 : 1;
    }

    private static SortedDictionary<string, string> Generate(string root, string? texts)
    {
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        (string Name, IReadOnlyList<string> Sources, IReadOnlyDictionary<string, PlanSizes> Sizes)[] runs =
        [
            .. Written(root).Select(s => (s.Name, (IReadOnlyList<string>)[s.Source], (IReadOnlyDictionary<string, PlanSizes>)new Dictionary<string, PlanSizes>())),
            .. Drawn().Chunk(GroupSize).Select((group, i) => (
                string.Create(CultureInfo.InvariantCulture, $"random{i}"),
                (IReadOnlyList<string>)[.. group.Select(n => n.ToString())],
                (IReadOnlyDictionary<string, PlanSizes>)group.ToDictionary(n => n.Namespace, n => n.Sizes))),
        ];
        IReadOnlyList<MetadataReference> references = NetworkCompiler.References();
        runs.AsParallel().ForAll(run =>
        {
            foreach ((string hint, string text) in Generate(run.Sources, run.Sizes, references))
            {
                string name = $"{run.Name}/{hint}";
                lock (hashes)
                {
                    hashes.Add(name, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
                }

                if (texts is not null)
                {
                    string path = Path.Combine(texts, name);
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    File.WriteAllText(path, text);
                }
            }
        });
        return hashes;
    }

    private static IEnumerable<(string Hint, string Text)> Generate(
        IReadOnlyList<string> sources, IReadOnlyDictionary<string, PlanSizes> sizes, IReadOnlyList<MetadataReference> references)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.None);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Sources",
            sources.Select(s => CSharpSyntaxTree.ParseText(s, options)),
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        var generator = new NetworkGenerator(network => sizes.TryGetValue(network.Namespace, out PlanSizes? drawn) ? drawn : PlanSizes.Default);
        GeneratorDriverRunResult result = CSharpGeneratorDriver.Create([generator.AsSourceGenerator()], parseOptions: options)
            .RunGenerators(compilation)
            .GetRunResult();

        // A generator that throws is a difference too.
        GeneratorRunResult only = result.Results.Single();
        return only.Exception is { } exception
            ? [("exception", exception.ToString())]
            : only.GeneratedSources.Select(s => (s.HintName, s.SourceText.ToString()));
    }

    /// <summary>The networks that stand in the samples' and tests' files, as code or in a string.</summary>
    private static IEnumerable<(string Name, string Source)> Written(string root)
    {
        foreach (string folder in (string[])["samples", "tests"])
        {
            foreach (string path in Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)
                .Where(p => !IsBuilt(Path.GetRelativePath(root, p)) && Path.GetFileName(p) != nameof(GeneratedSources) + ".cs")
                .Order(StringComparer.Ordinal))
            {
                string text = File.ReadAllText(path);
                if (!text.Contains("[Network"))
                {
                    continue;
                }

                string name = Path.GetRelativePath(root, path).Replace('\\', '/');
                yield return (name, text);
                IEnumerable<string> strings = CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes()
                    .OfType<LiteralExpressionSyntax>()
                    .Select(l => l.Token.ValueText)
                    .Where(s => s.Contains("[Network") && s.Contains("partial class"))
                    .Distinct();
                foreach ((int i, string source) in strings.Index())
                {
                    // A string may stand within a test's own usings.
                    yield return (string.Create(CultureInfo.InvariantCulture, $"{name}#{i}"), source.Contains("using NetGen;") ? source : "using NetGen;\n" + source);
                }
            }
        }

        static bool IsBuilt(string path) => path.Split('/', '\\').Any(p => p is "bin" or "obj");
    }

    private static IEnumerable<NetworkDraft> Drawn() =>
    [
        .. ParityRun.Draw(),
        .. WholeNetworks.All.Select(n => n.At(224, 224)),
        .. Enumerable.Range(0, MapCount).Select(i => RandomNetworks.Maps(i, ParityRun.Seed)),
    ];
}
