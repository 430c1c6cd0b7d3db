using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml;
using System.Xml.Linq;

namespace NetGen.Tool;

/// <summary>The project that a folder's source files belong to.</summary>
internal sealed class Project
{
    private readonly string path;
    private readonly XDocument? content;

    private Project(string path)
    {
        this.path = path;
        try
        {
            content = XDocument.Load(path);
        }
        catch (XmlException)
        {
            // The build says what is wrong with it.
        }
    }

    /// <summary>The project's file name.</summary>
    public string Name => Path.GetFileName(path);

    /// <summary>The namespace of its types: what it says itself, or its name.</summary>
    public string Namespace
    {
        get
        {
            string? written = content?.Descendants().LastOrDefault(e => e.Name.LocalName == "RootNamespace")?.Value.Trim();

            // An expression is the build's to compute; the one that templates write is that of the name.
            string name = string.IsNullOrEmpty(written) || written.Contains('$') ? Path.GetFileNameWithoutExtension(path) : written;
            return string.Join('.', name.Split('.', StringSplitOptions.RemoveEmptyEntries).Select(Identifier));
        }
    }

    /// <summary>The project in a folder, or in the nearest one above that has any; null where there is none, or several.</summary>
    public static Project? Of(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            if (at.Exists && at.GetFiles("*.csproj", new EnumerationOptions { IgnoreInaccessible = true }) is { Length: > 0 } projects)
            {
                return projects.Length == 1 ? new Project(projects[0].FullName) : null;
            }
        }

        return null;
    }

    /// <summary>The lines that the project needs for files, and does not have yet.</summary>
    /// <param name="items">The files by the kind of their items.</param>
    public IReadOnlyList<string> Missing(IEnumerable<(string Kind, string File)> items) =>
    [
        .. items.Select(i => (i.Kind, File: Path.GetRelativePath(Path.GetDirectoryName(path)!, i.File).Replace('\\', '/')))
            .Where(i => content?.Descendants().Any(e => e.Name.LocalName == i.Kind && Includes(e, i.File)) != true)
            .Select(i => Line(i.Kind, i.File)),
    ];

    /// <summary>The line of a project that makes a file an item.</summary>
    public static string Line(string kind, string file) => new XElement(kind, new XAttribute("Include", file)).ToString();

    private static bool Includes(XElement item, string file) => ((string?)item.Attribute("Include") ?? "").Split(';')
        .Any(i => i.Trim().Replace('\\', '/') == file);

    private static string Identifier(string part)
    {
        string name = new([.. part.Select(c => char.IsLetterOrDigit(c) ? c : '_')]);
        return char.IsDigit(name[0]) ? "_" + name : name;
    }
}
