using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;

namespace NetGen.Build;

/// <summary>
/// Gives each weight and golden file its path in the project, by which it is copied, embedded and named, and reports those that would
/// share one.
/// </summary>
public sealed class ResolveNetworkFiles : ITask
{
    /// <inheritdoc/>
    public IBuildEngine BuildEngine { get; set; } = null!;

    /// <inheritdoc/>
    public ITaskHost HostObject { get; set; } = null!;

    /// <summary>The weight files.</summary>
    public ITaskItem[] Weights { get; set; } = [];

    /// <summary>The files of references.</summary>
    public ITaskItem[] Goldens { get; set; } = [];

    /// <summary>The project's folder.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <summary>
    /// Each file once, with its <c>ProjectPath</c>, the same as an attribute of XML, <c>EscapedPath</c>, and where it goes in a package,
    /// <c>PackagedAs</c>.
    /// </summary>
    [Output]
    public ITaskItem[] Files { get; private set; } = [];

    /// <inheritdoc/>
    public bool Execute()
    {
        // What is listed several times, by a wildcard for example, is embedded if any of the items says so.
        Files =
        [
            .. Weights.Concat(Goldens)
                .GroupBy(f => (f.GetMetadata("FullPath"), PathOf(f)))
                .Select(g => g.FirstOrDefault(f => f.GetMetadata("Embed").Equals("true", StringComparison.OrdinalIgnoreCase)) ?? g.First()),
        ];
        foreach (ITaskItem file in Files)
        {
            string path = PathOf(file);
            file.SetMetadata("ProjectPath", path);
            file.SetMetadata("EscapedPath", path.Replace("&", "&amp;").Replace("<", "&lt;").Replace("\"", "&quot;"));

            // NuGet takes a path for a file's only where its extension is the file's.
            string name = Path.GetFileName(file.GetMetadata("FullPath"));
            file.SetMetadata("PackagedAs", Path.GetExtension(path) == Path.GetExtension(name) ? path : $"{path}/{name}");
        }

        // Names that differ in case alone are one on Windows and macOS.
        bool isUnique = true;
        foreach (IGrouping<string, ITaskItem> group in Files.GroupBy(f => f.GetMetadata("ProjectPath"), StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            isUnique = false;
            Problem.Error(
                BuildEngine,
                "NG2002",
                $"The files {Problem.List(group.Select(f => f.GetMetadata("FullPath")))} would both be '{group.Key}' beside the program or in the assembly: "
                    + "give one of their <NetworkWeights> or <NetworkGolden> items another path, as Link=\"other/name.safetensors\".");
        }

        return isUnique;
    }

    /// <summary>As MSBuild links files: by the item's link, the place under the project's folder, or the name alone.</summary>
    private string PathOf(ITaskItem file)
    {
        string full = file.GetMetadata("FullPath");
        string folder = Path.GetFullPath(ProjectDirectory).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
        string link = file.GetMetadata("Link");
        string path = link.Length > 0 ? link
            : full.StartsWith(folder, StringComparison.OrdinalIgnoreCase) ? full.Substring(folder.Length)
            : Path.Combine(file.GetMetadata("LinkBase"), file.GetMetadata("RecursiveDir"), Path.GetFileName(full));
        path = path.Replace('\\', '/');
        return path.StartsWith("./", StringComparison.Ordinal) ? path.Substring(2) : path;
    }
}
