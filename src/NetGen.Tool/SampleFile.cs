using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using NetGen.Onnx;
using NetGen.Onnx.Import;
using StbImageSharp;

namespace NetGen.Tool;

/// <summary>Reads samples that users have: NumPy's arrays, ONNX's tensors, safetensors, pictures.</summary>
internal static partial class SampleFile
{
    private static readonly string[] Pictures = [".png", ".jpg", ".jpeg", ".bmp"];

    /// <summary>Whether a file is a picture by its name.</summary>
    public static bool IsPicture(string path) => Pictures.Contains(Extension(path));

    /// <summary>Reads a file that holds numbers.</summary>
    /// <exception cref="ToolException">The file is damaged, or of no kind that is known.</exception>
    public static Tensor Read(string path) => Extension(path) switch
    {
        ".npy" => ReadNumPy(path, File.ReadAllBytes(path)),
        ".pb" => OnnxImportOptions.ReadTensor(Path.GetFileName(path), File.ReadAllBytes(path)),
        ".safetensors" => ReadSafetensors(path),
        _ => throw new ToolException($"{path} is no sample. Give a .npy, .pb or .safetensors file, or a picture ({string.Join(", ", Pictures)})."),
    };

    /// <summary>Reads a picture as the values of an input, in the input's order: channels first, or channels last.</summary>
    /// <param name="path">The picture.</param>
    /// <param name="dims">The input's dimensions, those of 1 at the front left out.</param>
    /// <param name="low">What black becomes.</param>
    /// <param name="high">What white becomes.</param>
    /// <exception cref="ToolException">The file is no picture, or of another size.</exception>
    public static float[] ReadPicture(string path, IReadOnlyList<int> dims, float low, float high)
    {
        byte[] bytes = File.ReadAllBytes(path);
        using var stream = new MemoryStream(bytes);
        ImageInfo info = ImageInfo.FromStream(stream) ?? throw new ToolException($"{path} is no picture, or damaged.");

        // A grey picture's one channel is among the dimensions that are left out.
        int[] form = dims.Count == 2 ? [1, .. dims] : [.. dims];
        bool isFirst = form.Length == 3 && Fits(form[0], form[1..]);
        if (!isFirst && !(form.Length == 3 && Fits(form[2], form[..2])))
        {
            throw new ToolException($"{path} has {info.Width}×{info.Height} pixels (width × height), and the model takes {Dimensions.Text(dims)}. Give a picture of its size.");
        }

        int channels = isFirst ? form[0] : form[2];
        byte[] pixels = Decode(path, bytes, channels switch
        {
            1 => ColorComponents.Grey,
            3 => ColorComponents.RedGreenBlue,
            _ => ColorComponents.RedGreenBlueAlpha,
        });
        int plane = info.Width * info.Height;
        return
        [
            .. Enumerable.Range(0, pixels.Length)
                .Select(i => isFirst ? pixels[(i % plane * channels) + (i / plane)] : pixels[i])
                .Select(p => low + ((high - low) * p / byte.MaxValue)),
        ];

        bool Fits(int count, int[] size) => count is 1 or 3 or 4 && size.SequenceEqual([info.Height, info.Width]);
    }

    /// <summary>Decodes a picture. What the decoder says of a damaged one is for its authors, and may be anything.</summary>
    private static byte[] Decode(string path, byte[] bytes, ColorComponents components)
    {
        try
        {
            return ImageResult.FromMemory(bytes, components).Data;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new ToolException($"{path} is a damaged picture.");
        }
    }

    private static Tensor ReadSafetensors(string path)
    {
        IWeightSource source = Safetensors.Open(path);
        TensorInfo? tensor = source.TryGetTensor("input", out TensorInfo? input) ? input : source.Tensors.Count == 1 ? source.Tensors.First() : null;
        if (tensor is null)
        {
            throw new ToolException($"{path} has no tensor 'input', and not one tensor alone, but {string.Join(", ", source.Tensors.Select(t => $"'{t.Name}'"))}.");
        }

        var values = new float[tensor.Length];
        source.Read(tensor.Name, values);
        return new Tensor([.. tensor.Shape], values);
    }

    private static Tensor ReadNumPy(string path, byte[] bytes)
    {
        ToolException Fail(string problem) => new($"{path} {problem}");

        // Magic, version, and the length of the header, which is a Python dictionary.
        ReadOnlySpan<byte> magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];
        int prefix = bytes.Length > magic.Length && bytes[magic.Length] > 1 ? 12 : 10;
        if (bytes.Length < prefix || !bytes.AsSpan().StartsWith(magic))
        {
            throw Fail("is no array of NumPy's (.npy), or damaged.");
        }

        long length = prefix == 10 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)) : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8));
        if (prefix + length > bytes.Length)
        {
            throw Fail("is truncated.");
        }

        string header = Encoding.UTF8.GetString(bytes, prefix, (int)length);
        Match type = ElementType().Match(header);
        Match order = Order().Match(header);
        Match shape = Shape().Match(header);
        if (!type.Success || !order.Success || !shape.Success)
        {
            throw Fail("holds no array of numbers, or is damaged.");
        }

        int[] dims;
        int count;
        try
        {
            dims = [.. shape.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(d => int.Parse(d, NumberStyles.None, CultureInfo.InvariantCulture))];
            count = dims.Aggregate(1, (product, d) => checked(product * d));
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw Fail($"has the impossible shape ({shape.Groups[1].Value}).");
        }

        Func<byte[], float> read = (type.Groups[2].Value + type.Groups[3].Value) switch
        {
            "f2" => b => (float)BinaryPrimitives.ReadHalfLittleEndian(b),
            "f4" => b => BinaryPrimitives.ReadSingleLittleEndian(b),
            "f8" => b => (float)BinaryPrimitives.ReadDoubleLittleEndian(b),
            "b1" or "u1" => b => b[0],
            "i1" => b => (sbyte)b[0],
            "u2" => b => BinaryPrimitives.ReadUInt16LittleEndian(b),
            "i2" => b => BinaryPrimitives.ReadInt16LittleEndian(b),
            "u4" => b => BinaryPrimitives.ReadUInt32LittleEndian(b),
            "i4" => b => BinaryPrimitives.ReadInt32LittleEndian(b),
            "u8" => b => BinaryPrimitives.ReadUInt64LittleEndian(b),
            "i8" => b => BinaryPrimitives.ReadInt64LittleEndian(b),
            string other => throw Fail($"has elements of type {other}, which is none of real or whole numbers."),
        };
        int size = int.Parse(type.Groups[3].Value, CultureInfo.InvariantCulture);
        if (bytes.Length - prefix - length != (long)count * size)
        {
            throw Fail($"should have {(long)count * size} bytes of values, and has {bytes.Length - prefix - length}.");
        }

        bool isBigEndian = type.Groups[1].Value == ">";
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            byte[] element = bytes.AsSpan(prefix + (int)length + (i * size), size).ToArray();
            if (isBigEndian)
            {
                Array.Reverse(element);
            }

            values[i] = read(element);
        }

        // Fortran's order is that of the axes turned round.
        return order.Groups[1].Value == "False"
            ? new Tensor(dims, values)
            : new Tensor([.. dims.Reverse()], values).Transpose([.. Enumerable.Range(0, dims.Length).Reverse()]);
    }

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();

    [GeneratedRegex(@"'descr':\s*'([<>|=])([a-zA-Z])(\d{1,2})'")]
    private static partial Regex ElementType();

    [GeneratedRegex(@"'fortran_order':\s*(True|False)")]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape':\s*\(([^)]*)\)")]
    private static partial Regex Shape();
}
