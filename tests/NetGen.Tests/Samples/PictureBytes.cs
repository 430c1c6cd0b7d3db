using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;

namespace NetGen.Tests.Samples;

/// <summary>Writes small picture files, each pixel a function of column and row.</summary>
internal static class PictureBytes
{
    /// <summary>A colour that can be transparent, from 0 to 255.</summary>
    public readonly record struct Rgba(byte R, byte G, byte B, byte A = 255)
    {
        public static Rgba Grey(byte value) => new(value, value, value);
    }

    public static byte[] Png(int width, int height, Func<int, int, Rgba> pixel) => Png(
        width,
        height,
        [.. Enumerable.Range(0, height).SelectMany(y => Enumerable.Range(0, width).SelectMany(x => Bytes(pixel(x, y))).Prepend<byte>(0))]);

    /// <summary>A PNG file of any content.</summary>
    /// <param name="width">The columns that its header claims.</param>
    /// <param name="height">The rows that its header claims.</param>
    /// <param name="rows">The rows of four channels, each after a byte of zero.</param>
    public static byte[] Png(int width, int height, byte[] rows)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 6);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        return [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR", header), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    /// <summary>A chunk of a PNG file, with its checksum.</summary>
    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = [0, 0, 0, 0, .. Encoding.ASCII.GetBytes(type), .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }

    /// <summary>A grey JPEG file of flat squares of 8×8.</summary>
    public static byte[] Jpeg(int columns, int rows, Func<int, int, byte> block)
    {
        var bits = new StringBuilder();
        int last = 0;
        for (int i = 0; i < columns * rows; i++)
        {
            // With a step of 8, the mean's coefficient is the colour itself. Its length has a code of four bits, the end of the block one of one.
            int difference = block(i % columns, i / columns) - 128 - last;
            last += difference;
            int length = difference == 0 ? 0 : (int)Math.Log2(Math.Abs(difference)) + 1;
            bits.Append(Convert.ToString(length, 2).PadLeft(4, '0'));
            bits.Append(length == 0 ? "" : Convert.ToString(difference > 0 ? difference : difference + (1 << length) - 1, 2).PadLeft(length, '0'));
            bits.Append('0');
        }

        bits.Append('1', (8 - (bits.Length % 8)) % 8);
        IEnumerable<byte> scan = bits.ToString().Chunk(8).Select(b => Convert.ToByte(new string(b), 2)).SelectMany(b => b == 0xFF ? [b, (byte)0] : new[] { b });
        (int width, int height) = (8 * columns, 8 * rows);
        return
        [
            0xFF, 0xD8,
            .. (byte[])[0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)8, 64)],
            .. (byte[])[0xFF, 0xC0, 0, 11, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0],
            .. (byte[])[0xFF, 0xC4, 0, 31, 0x00, 0, 0, 0, 12, .. new byte[12], .. Enumerable.Range(0, 12).Select(i => (byte)i)],
            .. (byte[])[0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0],
            .. (byte[])[0xFF, 0xDA, 0, 8, 1, 1, 0x00, 0, 63, 0],
            .. scan,
            0xFF, 0xD9,
        ];
    }

    /// <summary>A GIF file of 128 greys.</summary>
    public static byte[] Gif(int width, int height, Func<int, int, byte> pixel)
    {
        // Codes stay of eight bits where the table is cleared before it is full, so that each code is a byte.
        IEnumerable<byte> codes = Enumerable.Range(0, width * height)
            .SelectMany(i => i % 100 == 0 ? new[] { (byte)128, (byte)(pixel(i % width, i / width) / 2) } : [(byte)(pixel(i % width, i / width) / 2)]).Append((byte)129);
        return
        [
            .. "GIF89a"u8, .. Short(width), .. Short(height), 0xF6, 0, 0, .. Enumerable.Range(0, 128).SelectMany(i => Enumerable.Repeat((byte)(2 * i), 3)),
            0x2C, 0, 0, 0, 0, .. Short(width), .. Short(height), 0, 7, .. codes.Chunk(255).SelectMany(c => c.Prepend((byte)c.Length)), 0, 0x3B,
        ];
    }

    public static byte[] Bmp(int width, int height, Func<int, int, byte> pixel) =>
    [
        .. "BM"u8, .. Int(54 + (height * Row(width))), .. Int(0), .. Int(54), .. Int(40), .. Int(width), .. Int(height), .. Short(1), .. Short(24), .. new byte[24],
        .. Enumerable.Range(0, height).Reverse().SelectMany(y => Enumerable.Range(0, width).SelectMany(x => Enumerable.Repeat(pixel(x, y), 3)).Concat(new byte[Row(width) - (3 * width)])),
    ];

    public static byte[] Tga(int width, int height, Func<int, int, byte> pixel) =>
    [
        0, 0, 3, .. new byte[9], .. Short(width), .. Short(height), 8, 0x20,
        .. Enumerable.Range(0, height).SelectMany(y => Enumerable.Range(0, width).Select(x => pixel(x, y))),
    ];

    private static int Row(int width) => ((3 * width) + 3) / 4 * 4;

    private static byte[] Bytes(Rgba pixel) => [pixel.R, pixel.G, pixel.B, pixel.A];

    private static byte[] Short(int value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] Int(int value) => [.. Short(value & 0xFFFF), .. Short(value >> 16)];
}
