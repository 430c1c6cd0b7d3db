using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using StbImageSharp;

namespace FashionMnist;

/// <summary>
/// Decodes picture files. The decoder itself takes what is missing for zeros and checks no sums, so that a file that is cut off or
/// damaged would pass for a picture; and it decodes whatever size a file claims.
/// </summary>
public static class PictureFile
{
    /// <summary>The most pixels that are decoded, for which the decoder needs some hundred megabytes.</summary>
    public const int MaxPixels = 25_000_000;

    private const int MaxBytes = 200_000_000;

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Decodes a PNG, JPEG, BMP, GIF or TGA file into red, green, blue and alpha.</summary>
    /// <exception cref="InvalidDataException">It is no such file, is damaged or cut off, or has more than <see cref="MaxPixels"/> pixels.</exception>
    public static ImageResult Decode(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Decode(ReadAll(file));
    }

    /// <summary>The same for a file's bytes.</summary>
    /// <exception cref="InvalidDataException">It is no such file, is damaged or cut off, or has more than <see cref="MaxPixels"/> pixels.</exception>
    public static ImageResult Decode(byte[] file)
    {
        var stream = new WatchedStream(file);
        try
        {
            if (ReadSize(file) is not ( > 0, > 0) size)
            {
                throw new InvalidDataException(
                    file.Length == 0 ? "it is empty" : "it is no PNG, JPEG, BMP, GIF or TGA file, or its header is damaged or cut off");
            }

            if (size.Width * size.Height > MaxPixels)
            {
                throw new InvalidDataException(
                    $"it has {size.Width}×{size.Height} pixels, and more than {MaxPixels / 1_000_000} million are not decoded; make it smaller");
            }

            if (IsPng(file))
            {
                CheckPng(file, size.Width, size.Height);
            }

            ImageResult image = ImageResult.FromStream(stream, ColorComponents.RedGreenBlueAlpha);
            return stream.IsReadPastEnd ? throw CutOff(file) : image;
        }
        catch (Exception e) when (e is not InvalidDataException and not OutOfMemoryException)
        {
            if (stream.IsReadPastEnd)
            {
                throw CutOff(file);
            }

            // The decoder's words are a few letters for its authors, sometimes unprintable ones; its other exceptions are its own mistakes.
            string reason = e is InvalidOperationException ? new string([.. e.Message.Where(c => !char.IsControl(c))]).Trim() : "";
            throw new InvalidDataException("it is damaged" + (reason.Length > 0 ? $": the decoder says '{reason}'" : ""), e);
        }
    }

    /// <summary>The size that the header gives; null where there is none.</summary>
    private static (long Width, long Height)? ReadSize(byte[] file)
    {
        // The decoder does not say how large a PNG is that it finds too large.
        if (IsPng(file))
        {
            return file.Length < 24 ? null : (BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(16)), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(20)));
        }

        // A BMP file whose rows run from top to bottom says so by a negative height.
        return ImageInfo.FromStream(new MemoryStream(file)) is { } info ? (info.Width, Math.Abs((long)info.Height)) : null;
    }

    private static bool IsPng(byte[] file) => file.AsSpan().StartsWith(PngSignature);

    private static InvalidDataException CutOff(byte[] file) => new($"it is cut off: it ends after {file.Length} bytes, in the middle of the picture");

    private static byte[] ReadAll(Stream file)
    {
        using var bytes = new MemoryStream();
        byte[] part = new byte[1 << 16];
        for (int read; (read = file.Read(part)) > 0;)
        {
            bytes.Write(part, 0, read);
            if (bytes.Length > MaxBytes)
            {
                throw new InvalidDataException($"it is longer than {MaxBytes / 1_000_000} MB");
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Compares every chunk with its checksum, and sees to it that the pixels are as many as the header says.</summary>
    private static void CheckPng(byte[] file, long width, long height)
    {
        using var pixels = new MemoryStream();
        for (int at = PngSignature.Length; ;)
        {
            if (file.Length - at < 12)
            {
                throw new InvalidDataException($"it is cut off: it ends after {file.Length} bytes, without the chunk IEND");
            }

            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            string type = new([.. Encoding.Latin1.GetString(file, at + 4, 4).Select(c => char.IsAsciiLetter(c) ? c : '?')]);
            if (length > file.Length - at - 12)
            {
                throw new InvalidDataException($"it is cut off or damaged: its chunk {type} at byte {at} goes on past the end");
            }

            ReadOnlySpan<byte> typeAndData = file.AsSpan(at + 4, 4 + (int)length);
            at += 12 + (int)length;
            if (Crc32(typeAndData) != BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at - 4)))
            {
                throw new InvalidDataException($"it is damaged: the checksum of its chunk {type} at byte {at - 12 - length} does not match");
            }

            if (type == "IDAT")
            {
                pixels.Write(typeAndData[4..]);
            }
            else if (type == "IEND")
            {
                break;
            }
            else if (char.IsAsciiLetterUpper(type[0]) && type is not ("IHDR" or "PLTE"))
            {
                throw new InvalidDataException($"it cannot be decoded: nobody knows its chunk {type} at byte {at - 12 - length}");
            }
        }

        // Four channels of 16 bits at most, and a byte for each row, of which interlaced pictures have nearly twice as many.
        pixels.Position = 0;
        using var inflated = new ZLibStream(pixels, CompressionMode.Decompress);
        long most = (8 * width * height) + (4 * height) + 64;
        byte[] part = new byte[1 << 16];
        try
        {
            for (int read; most >= 0 && (read = inflated.Read(part)) > 0;)
            {
                most -= read;
            }
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException("it is damaged: its pixels cannot be unpacked", e);
        }

        if (most < 0)
        {
            throw new InvalidDataException($"it is damaged: it holds more than its {width}×{height} pixels");
        }
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc = CrcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(i =>
    {
        uint crc = (uint)i;
        for (int bit = 0; bit < 8; bit++)
        {
            crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return crc;
    })];

    /// <summary>A file's bytes, and whether somebody asked for more of them.</summary>
    private sealed class WatchedStream(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public bool IsReadPastEnd { get; private set; }

        public override int ReadByte()
        {
            int value = base.ReadByte();
            IsReadPastEnd |= value < 0;
            return value;
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = base.Read(buffer, offset, count);
            IsReadPastEnd |= read < count;
            return read;
        }
    }
}
