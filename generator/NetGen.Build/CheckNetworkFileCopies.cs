using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;

namespace NetGen.Build;

/// <summary>
/// Looks at weight and golden files, those of referenced projects and packages too, before they are copied. Files of one target and
/// unlike content are an error. A copy that has the time and length of its file but another content is deleted, since MSBuild would keep it.
/// </summary>
public sealed class CheckNetworkFileCopies : ITask
{
    private const int BufferLength = 1 << 20;

    /// <inheritdoc/>
    public IBuildEngine BuildEngine { get; set; } = null!;

    /// <inheritdoc/>
    public ITaskHost HostObject { get; set; } = null!;

    /// <summary>The files to copy, others among them.</summary>
    [Required]
    public ITaskItem[] Sources { get; set; } = [];

    /// <summary>Where each goes.</summary>
    [Required]
    public ITaskItem[] Copies { get; set; } = [];

    /// <summary>The project's own weight and golden files, whatever their extension.</summary>
    public ITaskItem[] Files { get; set; } = [];

    /// <inheritdoc/>
    public bool Execute()
    {
        var own = new HashSet<string>(Files.Select(f => f.GetMetadata("FullPath")), StringComparer.OrdinalIgnoreCase);
        bool isUnique = true;
        foreach (IGrouping<string, string> target in Sources
            .Zip(Copies, (s, c) => (Source: s.GetMetadata("FullPath"), Copy: c.GetMetadata("FullPath")))
            .Where(p => own.Contains(p.Source) || Path.GetExtension(p.Source).Equals(".safetensors", StringComparison.OrdinalIgnoreCase))
            .GroupBy(p => p.Copy, p => p.Source, StringComparer.OrdinalIgnoreCase))
        {
            string[] sources = [.. target.Distinct()];
            if (sources.Skip(1).Any(s => !HaveSameContent(sources[0], s)))
            {
                isUnique = false;
                Problem.Error(
                    BuildEngine,
                    "NG2003",
                    $"The files {Problem.List(sources)} would all be copied to '{target.Key}': "
                        + "give the <NetworkWeights> or <NetworkGolden> item of one another path, as Link=\"other/name.safetensors\", or embed it with Embed=\"true\".");
            }
            else if (LooksTheSame(sources[0], target.Key) && !HaveSameContent(sources[0], target.Key))
            {
                File.Delete(target.Key);
            }
        }

        return isUnique;
    }

    private static bool LooksTheSame(string file, string copy)
    {
        var (source, target) = (new FileInfo(file), new FileInfo(copy));
        return source.Exists && target.Exists && source.Length == target.Length && source.LastWriteTimeUtc == target.LastWriteTimeUtc;
    }

    private static bool HaveSameContent(string left, string right)
    {
        try
        {
            using FileStream first = File.OpenRead(left);
            using FileStream second = File.OpenRead(right);
            if (first.Length != second.Length)
            {
                return false;
            }

            var (a, b) = (new byte[BufferLength], new byte[BufferLength]);
            for (int read = Fill(first, a); read > 0; read = Fill(first, a))
            {
                if (Fill(second, b) != read || !a.AsSpan(0, read).SequenceEqual(b.AsSpan(0, read)))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Copying reports it.
            return true;
        }
    }

    private static int Fill(FileStream file, byte[] buffer)
    {
        int filled = 0;
        while (filled < buffer.Length && file.Read(buffer, filled, buffer.Length - filled) is > 0 and var read)
        {
            filled += read;
        }

        return filled;
    }
}
