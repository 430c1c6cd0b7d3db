using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace NetGen.Tests.Package;

/// <summary>What the package carries for those who read: its page, its license, and the pages that help links lead to.</summary>
public sealed partial class PackageContentTests(PackedNetGen netgen) : IClassFixture<PackedNetGen>
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../.."));

    [Fact]
    public void Readme_LinksLeaveThePackage_AreAbsolute()
    {
        string packed = Read("README.md");
        string repository = XDocument.Parse(Read("NetGen.nuspec")).Descendants().Single(e => e.Name.LocalName == "repository").Attribute("url")!.Value;

        Assert.All(Target().Matches(packed), link => Assert.True(
            link.Groups["to"].Value.StartsWith("https://", StringComparison.Ordinal) || link.Groups["to"].Value.StartsWith('#'), $"The link {link} leads nowhere from the package's page."));
        Assert.Contains($"]({repository}/blob/main/CONTRIBUTING.md)", packed, StringComparison.Ordinal);
        Assert.Equal(Source("README.md").TrimEnd(), packed.Replace($"]({repository}/blob/main/", "](", StringComparison.Ordinal).TrimEnd());
    }

    [Fact]
    public void License_IsPacked() => Assert.Equal(Source("LICENSE"), Read("LICENSE"));

    [Fact]
    public void HelpPages_ArePacked()
    {
        string[] pages = [.. Directory.EnumerateFiles(Path.Combine(Root, "generator/docs/diagnostics"), "*.md").Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];
        using ZipArchive package = Open();

        Assert.NotEmpty(pages);
        Assert.Equal(
            pages.Select(p => "docs/diagnostics/" + p),
            package.Entries.Select(e => e.FullName).Where(n => n.StartsWith("docs/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(pages, page => Assert.Equal(Source("generator/docs/diagnostics/" + page), Read("docs/diagnostics/" + page)));
    }

    private ZipArchive Open() => ZipFile.OpenRead(netgen.Full($"packages/NetGen.{PackedNetGen.Version}.nupkg"));

    private string Read(string entry)
    {
        using ZipArchive package = Open();
        using var reader = new StreamReader(package.GetEntry(entry)!.Open());
        return reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    private static string Source(string path) => File.ReadAllText(Path.Combine(Root, path)).Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"\]\((?<to>[^)\s]*)\)")]
    private static partial Regex Target();
}
