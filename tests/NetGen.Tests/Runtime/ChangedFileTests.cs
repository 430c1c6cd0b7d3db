using System;
using System.Threading.Tasks;
using NetGen.Tests.Weights;
using Xunit;

namespace NetGen.Tests.Runtime;

/// <summary>Whatever other programs do to the files of a network that is loaded: it computes what it did, or says why not, and the process lives.</summary>
public sealed class ChangedFileTests : IDisposable
{
    private const string Right = "right";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("emptied")]
    [InlineData("shortened")]
    [InlineData("overwritten")]
    public async Task ACacheMayChange(string change)
    {
        string[] lines = await RuntimeChild.StartAsync("files", folder.Path, "cache", change);
        Assert.Equal(8, lines.Length);
        Assert.All(lines, line => Assert.EndsWith(": " + Right, line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("weights", "emptied")]
    [InlineData("weights", "shortened")]
    [InlineData("weights", "overwritten")]
    [InlineData("weights of a cache", "emptied")]
    [InlineData("weights of a cache", "overwritten")]
    public async Task AWeightFileMayChange(string file, string change)
    {
        string[] lines = await RuntimeChild.StartAsync("files", folder.Path, file, change);
        Assert.Equal(8, lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            (string what, string result) = (lines[i].Split(": ")[0], lines[i][(lines[i].IndexOf(": ", StringComparison.Ordinal) + 2)..]);
            bool isRead = what is "observed" or "save";

            // A cache that is still being read is compared with its weights.
            bool mayBeRead = file != "weights" && i < 4;
            Assert.True(
                result == Right ? !isRead : (isRead || mayBeRead) && result.Contains("the file has changed since it was opened", StringComparison.Ordinal),
                string.Join('\n', lines));
        }
    }
}
