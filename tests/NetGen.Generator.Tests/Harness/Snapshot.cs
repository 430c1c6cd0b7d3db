using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;
using Xunit;

namespace NetGen.Generator.Tests.Harness;

/// <summary>
/// Compares generated files with accepted ones, in the layout of Verify.SourceGenerators: Snapshots/Class/Test/Hint.verified.cs,
/// and .received.cs beside it on a mismatch. NETGEN_UPDATE_SNAPSHOTS=1 accepts what is generated, except under CI.
/// </summary>
internal sealed class Snapshot(string folder, bool update)
{
    private const string Verified = ".verified.cs";
    private const string Received = ".received.cs";

    /// <summary>Compares with the files of the calling test.</summary>
    public static void Verify(
        IReadOnlyDictionary<string, string> files, [CallerFilePath] string path = "", [CallerMemberName] string test = "") =>
        new Snapshot(FolderOf(path, test), IsUpdating(Environment.GetEnvironmentVariable)).Compare(files);

    /// <summary>Whether the environment asks to accept; a build server never accepts.</summary>
    public static bool IsUpdating(Func<string, string?> variable) =>
        variable("NETGEN_UPDATE_SNAPSHOTS") == "1" && !string.Equals(variable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The folder of a test, whose class is named as its file.</summary>
    public static string FolderOf(string path, string test)
    {
        string root = Path.GetDirectoryName(path)!;
        while (!File.Exists(Path.Combine(root, "NetGen.Generator.Tests.csproj")))
        {
            root = Path.GetDirectoryName(root) ?? throw new DirectoryNotFoundException($"No project holds {path}.");
        }

        return Path.Combine(root, "Snapshots", Path.GetFileNameWithoutExtension(path), test);
    }

    public void Compare(IReadOnlyDictionary<string, string> files)
    {
        Directory.CreateDirectory(folder);
        var failures = new List<string>();
        foreach ((string hint, string text) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            string stem = hint.EndsWith(".cs", StringComparison.Ordinal) ? hint[..^3] : hint;
            string verified = Path.Combine(folder, stem + Verified);
            string received = Path.Combine(folder, stem + Received);
            string? accepted = File.Exists(verified) ? File.ReadAllText(verified).Replace("\r\n", "\n") : null;
            if (accepted == text)
            {
                File.Delete(received);
            }
            else if (update)
            {
                File.WriteAllText(verified, text);
                File.Delete(received);
            }
            else
            {
                File.WriteAllText(received, text);
                failures.Add(accepted is null ? $"{stem}{Verified} is missing." : $"{stem}{Verified} differs:\n{Difference(accepted, text)}");
            }
        }

        foreach (string file in Directory.EnumerateFiles(folder, "*" + Verified).Order(StringComparer.Ordinal))
        {
            if (files.ContainsKey(Path.GetFileName(file)[..^Verified.Length] + ".cs"))
            {
                continue;
            }

            if (update)
            {
                File.Delete(file);
            }
            else
            {
                failures.Add($"{Path.GetFileName(file)} is orphaned: nothing generates it any more.");
            }
        }

        Assert.True(
            failures.Count == 0,
            $"Snapshots of {folder}:\n{string.Join("\n", failures)}\nNETGEN_UPDATE_SNAPSHOTS=1 accepts what is generated.");
    }

    /// <summary>The changed lines, each with a little of what stands around it.</summary>
    private static string Difference(string accepted, string generated)
    {
        const int context = 2;
        const int most = 120;
        List<DiffPiece> lines = InlineDiffBuilder.Diff(accepted, generated).Lines;
        var shown = new SortedSet<int>();
        for (int i = 0; i < lines.Count && shown.Count < most; i++)
        {
            if (lines[i].Type != ChangeType.Unchanged)
            {
                shown.UnionWith(Enumerable.Range(i - context, (2 * context) + 1).Where(n => n >= 0 && n < lines.Count));
            }
        }

        return string.Join('\n', shown.Select(i => lines[i].Type switch
        {
            ChangeType.Inserted => "+ ",
            ChangeType.Deleted => "- ",
            _ => "  ",
        } + lines[i].Text));
    }
}
