using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Build.Framework;
using NetGen.Generator.Diagnostics.FileChecks;

namespace NetGen.Build;

/// <summary>
/// Copies the header of each safetensors file, which is JSON, into a small file of its own. The compiler sees those: a generator
/// must not read files, and would choke on half a gigabyte of weights. Of the files that go into the assembly it writes hashes, which
/// change with the files' content.
/// </summary>
public sealed class ReadSafetensorsHeaders : ITask
{
    private const int PrefixLength = 8;
    private const long MostHeader = 100_000_000;

    /// <inheritdoc/>
    public IBuildEngine BuildEngine { get; set; } = null!;

    /// <inheritdoc/>
    public ITaskHost HostObject { get; set; } = null!;

    /// <summary>The safetensors files, with their <c>ProjectPath</c>.</summary>
    [Required]
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>Where the headers go.</summary>
    [Required]
    public string OutputDirectory { get; set; } = "";

    /// <summary>The files that hold the headers.</summary>
    [Output]
    public string[] Headers { get; private set; } = [];

    /// <summary>The file that holds hashes of the embedded files; none where none is embedded.</summary>
    [Output]
    public string[] Hashes { get; private set; } = [];

    /// <inheritdoc/>
    public bool Execute()
    {
        Directory.CreateDirectory(OutputDirectory);
        Headers = [.. Files.Select(f => Write(HeaderName.Of(f.GetMetadata("ProjectPath")), Read(f.GetMetadata("FullPath"))))];
        ITaskItem[] embedded = [.. Files.Where(f => f.GetMetadata("Embed").Equals("true", StringComparison.OrdinalIgnoreCase))];
        Hashes = embedded.Length == 0 ? [] : [Write("embedded.sha256", string.Concat(embedded.Select(Hash)))];
        return true;
    }

    /// <summary>An unchanged file keeps its time, so that nothing that depends on it is built again.</summary>
    private string Write(string name, string text)
    {
        string target = Path.Combine(OutputDirectory, name);
        if (!File.Exists(target) || File.ReadAllText(target) != text)
        {
            File.WriteAllText(target, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }

        return target;
    }

    private static string Hash(ITaskItem embedded)
    {
        try
        {
            using FileStream file = File.OpenRead(embedded.GetMetadata("FullPath"));
            using var sha = SHA256.Create();
            return $"{BitConverter.ToString(sha.ComputeHash(file)).Replace("-", "")} {embedded.GetMetadata("ProjectPath")}\n";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The compiler reports it.
            return "";
        }
    }

    /// <summary>The header, or, after an exclamation mark, why there is none; the analyzer reports that where the file is named.</summary>
    private static string Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] start = Read(file, FileKind.Length);
            string? kind = FileKind.Of(start, start.Length);
            if (start.Length < PrefixLength)
            {
                return "!" + (kind ?? $"it has {file.Length} bytes, which is not even the length of a header");
            }

            // Little-endian on every machine.
            ulong length = start.Take(PrefixLength).Select((b, i) => (ulong)b << (8 * i)).Aggregate((a, b) => a | b);
            if (length > MostHeader || (long)length > file.Length - PrefixLength)
            {
                return "!" + (kind ?? $"its header should have {length} bytes, but only {file.Length - PrefixLength} follow");
            }

            file.Position = PrefixLength;
            byte[] bytes = Read(file, (int)length);
            if (bytes.Length == 0 || bytes[0] != '{')
            {
                return "!" + (kind ?? "the header does not begin with '{'");
            }

            string header = Encoding.UTF8.GetString(bytes).TrimEnd();
            return TensorLayout.Check(header, file.Length - PrefixLength - (long)length) is { } problem ? "!" + problem : header;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "!" + e.Message.Replace('\n', ' ');
        }
    }

    /// <summary>As many bytes as the file still has, and at most some number of them.</summary>
    private static byte[] Read(FileStream file, int most)
    {
        var bytes = new byte[(int)Math.Min(most, file.Length - file.Position)];
        int read = 0;
        while (read < bytes.Length && file.Read(bytes, read, bytes.Length - read) is > 0 and var count)
        {
            read += count;
        }

        Array.Resize(ref bytes, read);
        return bytes;
    }
}
