using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;
using Xunit.Sdk;

namespace NetGen.Generator.Tests.Harness;

/// <summary>The comparison itself, in a folder of its own.</summary>
public sealed class SnapshotTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("netgen-snapshots").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void EqualFilesPass()
    {
        Write("Net.g.verified.cs", "a\nb\n");
        Write("Net.g.received.cs", "of an earlier run");
        Compare("a\nb\n");
        Assert.Equal(["Net.g.verified.cs"], Files());
    }

    [Fact]
    public void ACheckoutWithOtherNewlinesPasses()
    {
        Write("Net.g.verified.cs", "a\r\nb\r\n");
        Compare("a\nb\n");
    }

    [Fact]
    public void ADifferenceFailsAndShowsItself()
    {
        Write("Net.g.verified.cs", "a\nb\nc\n");
        string message = Fails("a\nB\nc\n");
        Assert.Contains("- b\n+ B", message, StringComparison.Ordinal);
        Assert.Contains("Net.g.verified.cs differs", message, StringComparison.Ordinal);
        Assert.Equal("a\nB\nc\n", File.ReadAllText(Path.Combine(folder, "Net.g.received.cs")));
        Assert.Equal("a\nb\nc\n", File.ReadAllText(Path.Combine(folder, "Net.g.verified.cs")));
    }

    [Fact]
    public void AMissingFileFails()
    {
        Assert.Contains("Net.g.verified.cs is missing", Fails("a\n"), StringComparison.Ordinal);
        Assert.Equal(["Net.g.received.cs"], Files());
    }

    [Fact]
    public void AnOrphanedFileFails()
    {
        Write("Net.g.verified.cs", "a\n");
        Write("Other.g.verified.cs", "b\n");
        Assert.Contains("Other.g.verified.cs is orphaned", Fails("a\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void UpdatingAcceptsAndRemovesOrphans()
    {
        Write("Net.g.verified.cs", "a\n");
        Write("Net.g.received.cs", "b\n");
        Write("Other.g.verified.cs", "b\n");
        new Snapshot(folder, update: true).Compare(Generated("b\n"));
        Assert.Equal(["Net.g.verified.cs"], Files());
        Assert.Equal("b\n", File.ReadAllText(Path.Combine(folder, "Net.g.verified.cs")));
    }

    [Theory]
    [InlineData("1", null, true)]
    [InlineData("1", "false", true)]
    [InlineData("1", "true", false)]
    [InlineData("1", "TRUE", false)]
    [InlineData("0", null, false)]
    [InlineData(null, null, false)]
    public void OnlyAPersonAccepts(string? update, string? server, bool expected) =>
        Assert.Equal(expected, Snapshot.IsUpdating(name => name == "CI" ? server : update));

    [Fact]
    public void TheFolderIsTheTests()
    {
        string path = ThisFile();
        Assert.EndsWith(
            Path.Combine("NetGen.Generator.Tests", "Snapshots", "SnapshotTests", "SomeTest"),
            Snapshot.FolderOf(path, "SomeTest"),
            StringComparison.Ordinal);
    }

    private static string ThisFile([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;

    private static Dictionary<string, string> Generated(string text) => new() { ["Net.g.cs"] = text };

    private void Compare(string text) => new Snapshot(folder, update: false).Compare(Generated(text));

    private string Fails(string text) => Assert.ThrowsAny<XunitException>(() => Compare(text)).Message;

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);

    private string[] Files() => [.. new DirectoryInfo(folder).GetFiles().Select(f => f.Name).Order(StringComparer.Ordinal)];
}
