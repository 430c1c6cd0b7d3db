using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using Xunit;

namespace NetGen.Tests.Weights;

/// <summary>What is no safetensors file is told as what it is, however it is opened.</summary>
public sealed class FileKindTests
{
    public static TheoryData<string, byte[]> Others => new()
    {
        { "it is a Git LFS pointer", Encoding.UTF8.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n") },
        { "it is a web page or XML", Encoding.UTF8.GetBytes("<!DOCTYPE html><html>Not found</html>") },
        { "it is a web page or XML", Encoding.UTF8.GetBytes("\uFEFF\n  <html lang=\"en\">" + new string('ä', 400)) },
        { "it is text, as comes for a download that failed: 'Entry not found'", Encoding.UTF8.GetBytes("Entry not found") },
        { "it is text, as comes for a download that failed: '404'", Encoding.UTF8.GetBytes("404") },
        { "it is JSON", Encoding.UTF8.GetBytes("{\"metadata\": {\"total_size\": 1}, \"weight_map\": {}}") },
        { "it is a PyTorch file (.pt, .pth)", Zip("archive/data.pkl") },
        { "it is a NumPy archive (.npz)", Zip("arr_0.npy") },
        { "it is a zip archive", Zip("config.json") },
        { "it is a zip archive", [(byte)'P', (byte)'K', 3, 4, .. new byte[200]] },
        { "it is a Python pickle", [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.', .. new byte[50]] },
        { "it is a Python pickle", [0x80, 4, 0x95, 0x20, 0, 0, 0, 0, 0, 0, 0, (byte)'}', .. new byte[50]] },
        { "it is an HDF5 file", [0x89, .. "HDF\r\n"u8, 0x1a, (byte)'\n', .. new byte[50]] },
        { "it is a NumPy array (.npy)", [0x93, .. "NUMPY"u8, 1, 0, 0x76, 0, .. Encoding.ASCII.GetBytes(new string(' ', 60))] },
        { "it is an ONNX model", [8, 8, 0x12, 7, .. "pytorch"u8, 0x1a, 5, .. "2.1.0"u8, 0x3a, 0x90, 1, .. new byte[50]] },
        { "it is a GGUF file", [.. "GGUF"u8, 3, .. new byte[50]] },
        { "it is a TensorFlow Lite model", [0x20, 0, 0, 0, .. "TFL3"u8, 0x14, .. new byte[50]] },
        { "it is compressed with gzip", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, .. new byte[600_000]] },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void IsTold(string kind, byte[] content)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, content);
            Assert.StartsWith(kind, Problem(() => Safetensors.Open(path)), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.StartsWith(kind, Problem(() => Safetensors.Read(content)), StringComparison.Ordinal);
        Assert.StartsWith(kind, Problem(() => Safetensors.Read(new MemoryStream(content))), StringComparison.Ordinal);
        using DribblingStream stream = new(content);
        Assert.StartsWith(kind, Problem(() => Safetensors.Read(stream)), StringComparison.Ordinal);
    }

    /// <summary>A damaged safetensors file is none of them, however long its header is.</summary>
    [Fact]
    public void ADamagedFileIsWhatItIs()
    {
        for (int length = 2; length < 70_000; length += length < 3000 ? 1 : 997)
        {
            byte[] file = SafetensorsBytes.File("{" + new string(' ', length - 2) + "}");
            Assert.Null(FileKind.Of(file, file.Length - 1));
        }
    }

    /// <summary>The reference implementation reads null as no metadata.</summary>
    [Fact]
    public void NoMetadataIsValid()
    {
        IWeightSource weights = Safetensors.Read(SafetensorsBytes.File(
            "{\"__metadata__\":null," + SafetensorsBytes.Entry("a", "F32", "1", 0, 4) + "}", 0, 0, 128, 63));
        Assert.Equal([1], SafetensorsBytes.Values(weights, "a"));
    }

    private static string Problem(Func<IWeightSource> open) => Assert.Single(Assert.Throws<WeightsException>(open).Problems);

    private static byte[] Zip(string entry)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream content = archive.CreateEntry(entry).Open();
            content.Write([.. Enumerable.Range(0, 100).Select(i => (byte)i)]);
        }

        return stream.ToArray();
    }
}
