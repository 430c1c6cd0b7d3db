using System;
using System.Linq;
using System.Text;

namespace NetGen;

/// <summary>
/// Tells what a file is that was taken for a safetensors file: by the bytes that such files begin with. The build's tasks compile this
/// file too, so that the build and <c>Load</c> use the same words.
/// </summary>
internal static class FileKind
{
    /// <summary>The bytes of a file's beginning that are looked at.</summary>
    public const int Length = 512;

    private const int MostQuoted = 60;

    /// <summary>Where a safetensors file's header begins.</summary>
    private const int HeaderStart = 8;

    /// <summary>Where a zip archive names its first file.</summary>
    private const int ZipName = 30;

    private static readonly (string Start, int At, string Kind)[] Known =
    [
        ("\u0089HDF\r\n\u001a\n", 0, "it is an HDF5 file, as Keras writes (.h5); save the weights as safetensors"),
        ("\u0093NUMPY", 0, "it is a NumPy array (.npy); save named arrays with safetensors.numpy.save_file"),
        ("GGUF", 0, "it is a GGUF file; save the weights as safetensors"),
        ("TFL3", 4, "it is a TensorFlow Lite model; save the weights as safetensors"),
        ("\u001f\u008b", 0, "it is compressed with gzip; unpack it"),
        ("ustar", 257, "it is a tar archive; unpack it, or save the weights with safetensors.torch.save_file"),
    ];

    /// <summary>Says what a file is.</summary>
    /// <param name="start">Its first bytes, in a longer array perhaps.</param>
    /// <param name="count">Their number: <see cref="Length"/>, or all that there are.</param>
    /// <returns>A sentence that begins with "it", or null for what is not known, as for a safetensors file that is damaged.</returns>
    public static string? Of(byte[] start, int count)
    {
        count = Math.Min(count, Length);

        // The length of a header that is no longer than those may be, and its first character.
        if (count > HeaderStart && start[HeaderStart] == '{' && start.Skip(4).Take(HeaderStart - 4).All(b => b == 0))
        {
            return null;
        }

        // A character for each byte.
        string text = new([.. start.Take(count).Select(b => (char)b)]);
        return text switch
        {
            _ when text.StartsWith("version https://git-lfs", StringComparison.Ordinal) =>
                "it is a Git LFS pointer, which stands for the file; 'git lfs pull' fetches the file itself",
            _ when text.StartsWith("PK\u0003\u0004", StringComparison.Ordinal) => Zip(start, count),
            _ when Known.FirstOrDefault(k => k.At < text.Length && string.CompareOrdinal(text, k.At, k.Start, 0, k.Start.Length) == 0) is { Kind: { } kind } => kind,
            _ when IsPickle(text) =>
                "it is a Python pickle, as PyTorch's older .pt and .pth are; convert it with safetensors.torch.save_file(torch.load(path), …)",
            _ when IsOnnx(text) => "it is an ONNX model; 'netgen import' makes a class and a safetensors file of it",
            _ => Text(start, count),
        };
    }

    private static string Zip(byte[] start, int count)
    {
        int length = count > ZipName ? Math.Min(start[ZipName - 4] | (start[ZipName - 3] << 8), count - ZipName) : 0;
        string name = length > 0 ? Encoding.UTF8.GetString(start, ZipName, length) : "";
        bool Ends(params string[] ends) => ends.Any(e => name.EndsWith(e, StringComparison.Ordinal));
        return Ends(".npy")
                ? "it is a NumPy archive (.npz); convert it with safetensors.numpy.save_file(dict(numpy.load(path)), …)"
            : Ends("/data.pkl", "/version", "/byteorder", "/.format_version", "/constants.pkl", "/.storage_alignment")
                ? "it is a PyTorch file (.pt, .pth); convert it with safetensors.torch.save_file(torch.load(path), …)"
            : "it is a zip archive, as PyTorch's .pt and .pth, NumPy's .npz and Keras' .keras are; save the weights as safetensors";
    }

    /// <summary>A protocol's number and an operation that pickles begin with.</summary>
    private static bool IsPickle(string text) => text.Length > 2 && text[0] == 0x80 && text[1] is > '\u0001' and < '\u0006' && "}](c\u008a\u0095X\u008cKN".IndexOf(text[2]) >= 0;

    /// <summary>The field of the version, then another field of a model.</summary>
    private static bool IsOnnx(string text) => text.Length > 2 && text[0] == 8 && text[1] is > '\0' and < '\u0020' && "\u0012\u001a\u0022\u0028\u0032\u003a\u0042".IndexOf(text[2]) >= 0;

    /// <summary>What holds readable characters alone.</summary>
    private static string? Text(byte[] start, int count)
    {
        if (start.Take(count).Any(b => b < ' ' && b is not ((byte)'\t' or (byte)'\r' or (byte)'\n')))
        {
            return null;
        }

        // The last character may be cut.
        string text = Encoding.UTF8.GetString(start, 0, count).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        text = count == Length ? text.TrimEnd('\uFFFD') : text;
        if (text.Length == 0 || text.IndexOf('\uFFFD') >= 0)
        {
            return null;
        }

        string line = text.Split('\n')[0].Trim();
        return text[0] switch
        {
            '<' => "it is a web page or XML, as comes for a download that failed or needs a login; fetch the file itself",
            '{' or '[' => "it is JSON, as the index of a model of several files is; name the file that holds the tensors",
            _ => $"it is text, as comes for a download that failed: '{(line.Length > MostQuoted ? line.Substring(0, MostQuoted) + "…" : line)}'",
        };
    }
}
