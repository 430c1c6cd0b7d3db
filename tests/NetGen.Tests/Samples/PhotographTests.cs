using System;
using System.IO;
using System.Linq;
using FashionMnist;
using StbImageSharp;
using Xunit;
using Rgba = NetGen.Tests.Samples.PictureBytes.Rgba;

namespace NetGen.Tests.Samples;

/// <summary>A user's picture arrives as the network was trained: the clothing bright on black; a file that is no whole picture is refused with a reason.</summary>
public sealed class PhotographTests
{
    private const int Size = 28;

    private static readonly Rgba White = Rgba.Grey(255);
    private static readonly Rgba Black = Rgba.Grey(0);
    private static readonly Rgba Nothing = new(0, 0, 0, 0);

    /// <summary>Clothing in the middle of any background, at any shape of the picture.</summary>
    [Theory]
    [InlineData(56, 56)]
    [InlineData(96, 72)]
    [InlineData(130, 240)]
    [InlineData(420, 210)]
    [InlineData(40, 200)]
    [InlineData(9, 6)]
    public void ClothingIsBrightOnBlack(int width, int height)
    {
        foreach ((Rgba clothing, Rgba background) in new[]
        {
            (Black, White), (White, Black), (new Rgba(40, 20, 60), new Rgba(250, 240, 230)), (Rgba.Grey(200), Rgba.Grey(10)),
            (Black, Nothing), (White, Nothing), (Black, White with { A = 0 }), (White, White with { A = 0 }),
        })
        {
            float[] image = Prepare(PictureBytes.Png(width, height, (x, y) => IsClothing(x, y) ? clothing : background));
            Assert.True(image[(14 * Size) + 14] > 0.7f, $"{clothing} on {background}: the clothing is {image[(14 * Size) + 14]}");
            Assert.True(image[0] < 0.1f && image[(Size * Size) - 1] < 0.1f, $"{clothing} on {background}: the corner is {image[0]}");
            Assert.InRange(image.Average(), 0.05f, 0.6f);
        }

        // A rhombus in the middle.
        bool IsClothing(int x, int y) => Math.Abs((2 * x) + 1 - width) * height + Math.Abs((2 * y) + 1 - height) * width <= width * height / 2;
    }

    /// <summary>However much background there is around it, clothing fills the image as in the training images, and keeps its shape.</summary>
    [Theory]
    [InlineData(28, 56, 7, 14)]
    [InlineData(40, 40, 3, 2)]
    [InlineData(300, 100, 200, 70)]
    public void ClothingFillsTheImage(int width, int height, int left, int top)
    {
        float[] image = Prepare(PictureBytes.Png(width, height, (x, y) => x - left is >= 0 and < 14 && y - top is >= 0 and < 28 ? Black : White));
        for (int i = 0; i < image.Length; i++)
        {
            Assert.Equal(i % Size is >= 7 and < 21 ? 1 : 0, image[i], 1e-6);
        }
    }

    /// <summary>A grey or noisy background is trimmed as a white one is; a picture of one colour stays whole.</summary>
    [Fact]
    public void TheBackgroundNeedsNotBeWhite()
    {
        float[] image = Prepare(PictureBytes.Png(60, 60, (x, y) => x is >= 20 and < 40 && y is >= 20 and < 40 ? Black : Rgba.Grey((byte)(200 + ((x * y) % 9)))));
        Assert.True(image[0] > 0.9f);
        Assert.All(Prepare(PictureBytes.Png(60, 30, (_, _) => White)), v => Assert.Equal(0, v));
    }

    /// <summary>Rounded corners do not hide what the rest of the border shows.</summary>
    [Fact]
    public void TransparentCornersAreBackground()
    {
        float[] image = Prepare(PictureBytes.Png(56, 56, (x, y) =>
            Math.Min(x, 55 - x) + Math.Min(y, 55 - y) < 8 ? Nothing : Math.Abs(x - 28) + Math.Abs(y - 28) < 14 ? Black : White));
        Assert.Equal((0f, 1f), (image[0], image[(14 * Size) + 14]));
        Assert.InRange(image.Average(), 0.4f, 0.6f);
    }

    [Fact]
    public void AnInvisiblePictureIsRefused() =>
        Assert.Contains("transparent", Assert.Throws<InvalidDataException>(() => Prepare(PictureBytes.Png(8, 8, (_, _) => White with { A = 0 }))).Message, StringComparison.Ordinal);

    /// <summary>A line of pixels takes no longer than a square of as many.</summary>
    [Fact]
    public void ALineIsReadAtOnce()
    {
        float[] image = Prepare(PictureBytes.Png(1_000_000, 1, (x, _) => x is > 400_000 and < 600_000 ? Black : White));
        Assert.Equal(Size, image.Length / Size);
    }

    public static TheoryData<string> Formats => ["png", "jpeg", "gif", "bmp", "tga"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void EveryFormatIsRead(string format)
    {
        ImageResult image = PictureFile.Decode(Write(format));
        Assert.Equal((24, 16), (image.Width, image.Height));
        Assert.InRange(image.Data[0], 248, 255);
        Assert.InRange(image.Data[4 * ((9 * 24) + 9)], 0, 2);
    }

    /// <summary>However much of a file is missing, it is not taken for a picture.</summary>
    [Theory]
    [MemberData(nameof(Formats))]
    public void AFileThatIsCutOffIsRefused(string format)
    {
        byte[] file = Write(format);

        // What follows the pixels of a GIF says only that the file ends.
        int needed = format == "gif" ? file.Length - 3 : file.Length;
        for (int length = 0; length < needed; length++)
        {
            byte[] part = file[..length];
            string reason = Assert.Throws<InvalidDataException>(() => PictureFile.Decode(part)).Message;
            Assert.True(reason is "it is empty" || reason.Contains("cut off", StringComparison.Ordinal), $"{length} bytes: {reason}");
        }
    }

    [Fact]
    public void ADamagedPngIsRefused()
    {
        byte[] file = Write("png");
        for (int i = 0; i < file.Length; i++)
        {
            byte[] damaged = [.. file];
            damaged[i] ^= 0x10;
            string reason = Assert.Throws<InvalidDataException>(() => PictureFile.Decode(damaged)).Message;
            Assert.DoesNotContain(reason, char.IsControl);
            Assert.NotEmpty(reason);
        }
    }

    /// <summary>The decoder names no reason that can be printed for some of what it refuses.</summary>
    [Fact]
    public void AReasonCanBePrinted()
    {
        byte[] file = Write("png");
        byte[] unknown = [.. file[..33], .. PictureBytes.Chunk("QUOT", [1, 2, 3]), .. file[33..]];
        string reason = Assert.Throws<InvalidDataException>(() => PictureFile.Decode(unknown)).Message;
        Assert.Equal("it cannot be decoded: nobody knows its chunk QUOT at byte 33", reason);
    }

    /// <summary>Damage that no checksum shows gives a picture or a reason.</summary>
    [Theory]
    [MemberData(nameof(Formats))]
    public void DamageGivesAPictureOrAReason(string format)
    {
        byte[] file = Write(format);
        var random = new Random(7);
        for (int i = 0; i < 2_000; i++)
        {
            byte[] damaged = [.. file];
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                ImageResult image = PictureFile.Decode(damaged);
                Assert.Equal(4 * image.Width * image.Height, image.Data.Length);
            }
            catch (InvalidDataException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    /// <summary>The header is enough to refuse a picture that would take gigabytes.</summary>
    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("gif")]
    [InlineData("bmp")]
    [InlineData("tga")]
    public void ALargePictureIsRefusedBeforeItIsDecoded(string format)
    {
        byte[] file = format switch
        {
            "png" => PictureBytes.Png(20_000, 20_000, new byte[1000]),
            _ => Resized(Write(format), format),
        };
        long before = GC.GetAllocatedBytesForCurrentThread();
        string reason = Assert.Throws<InvalidDataException>(() => PictureFile.Decode(file)).Message;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Contains("20000×20000", reason, StringComparison.Ordinal);
        Assert.Contains("25 million", reason, StringComparison.Ordinal);

        static byte[] Resized(byte[] file, string format)
        {
            int at = format switch { "jpeg" => file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]) + 5, "gif" => 6, "bmp" => 18, _ => 12 };
            int step = format == "bmp" ? 4 : 2;
            foreach (int side in new[] { at, at + step })
            {
                (file[side], file[side + 1]) = format == "jpeg" ? ((byte)(20_000 >> 8), (byte)(20_000 & 255)) : ((byte)(20_000 & 255), (byte)(20_000 >> 8));
            }

            return file;
        }
    }

    /// <summary>A few bytes that unpack to gigabytes are refused after as many as the header's pixels need.</summary>
    [Fact]
    public void APngThatUnpacksToMoreThanItsPixelsIsRefused() => Assert.Contains(
        "holds more than its 8×8 pixels",
        Assert.Throws<InvalidDataException>(() => PictureFile.Decode(PictureBytes.Png(8, 8, new byte[10_000_000]))).Message,
        StringComparison.Ordinal);

    private static float[] Prepare(byte[] file) => Photograph.Prepare(PictureFile.Decode(file));

    /// <summary>A black square on white, 24×16.</summary>
    private static byte[] Write(string format)
    {
        static byte Pixel(int x, int y) => x is >= 8 and < 16 && y >= 8 ? (byte)0 : (byte)255;
        return format switch
        {
            "png" => PictureBytes.Png(24, 16, (x, y) => Rgba.Grey(Pixel(x, y))),
            "jpeg" => PictureBytes.Jpeg(3, 2, (x, y) => Pixel(8 * x, 8 * y)),
            "gif" => PictureBytes.Gif(24, 16, Pixel),
            "bmp" => PictureBytes.Bmp(24, 16, Pixel),
            _ => PictureBytes.Tga(24, 16, Pixel),
        };
    }
}
