using System;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;

namespace NetGen.Build;

/// <summary>
/// Copies the header of each safetensors file, which is JSON, into a small file of its own. The compiler sees those: a generator
/// must not read files, and would choke on half a gigabyte of weights.
/// </summary>
public sealed class ReadSafetensorsHeaders : ITask
{
    private const int PrefixLength = 8;
    private const long MostHeader = 100_000_000;

    /// <inheritdoc/>
    public IBuildEngine BuildEngine { get; set; } = null!;

    /// <inheritdoc/>
    public ITaskHost HostObject { get; set; } = null!;

    /// <summary>The safetensors files.</summary>
    [Required]
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>Where the headers go.</summary>
    [Required]
    public string OutputDirectory { get; set; } = "";

    /// <summary>The files that hold the headers: a safetensors file's name and <c>.header.json</c>.</summary>
    [Output]
    public string[] Headers { get; private set; } = [];

    /// <inheritdoc/>
    public bool Execute()
    {
        Directory.CreateDirectory(OutputDirectory);
        Headers = [.. Files.Select(f => Copy(f.GetMetadata("FullPath")))];
        return true;
    }

    private string Copy(string path)
    {
        string target = Path.Combine(OutputDirectory, Path.GetFileName(path) + ".header.json");
        string header = Read(path);

        // An unchanged file keeps its time, so that nothing that depends on it is built again.
        if (!File.Exists(target) || File.ReadAllText(target) != header)
        {
            File.WriteAllText(target, header, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }

        return target;
    }

    /// <summary>The header, or, behind an exclamation mark, why there is none; the analyzer reports that where the file is named.</summary>
    private static string Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            var prefix = new byte[PrefixLength];
            if (file.Length < PrefixLength || file.Read(prefix, 0, PrefixLength) < PrefixLength)
            {
                return $"!it has {file.Length} bytes, which is not even the length of a header";
            }

            // Little-endian on every machine.
            ulong length = prefix.Select((b, i) => (ulong)b << (8 * i)).Aggregate((a, b) => a | b);
            if (length > MostHeader || (long)length > file.Length - PrefixLength)
            {
                return $"!its header should have {length} bytes, but only {file.Length - PrefixLength} follow";
            }

            var header = new byte[(int)length];
            int read = 0;
            while (read < header.Length && file.Read(header, read, header.Length - read) is > 0 and var count)
            {
                read += count;
            }

            return Encoding.UTF8.GetString(header, 0, read).TrimEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "!" + e.Message.Replace('\n', ' ');
        }
    }
}
