using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using CsCheck;
using Xunit;
using static NetGen.Tests.Weights.SafetensorsBytes;

namespace NetGen.Tests.Weights;

public sealed class SafetensorsDamageTests
{
    /// <summary>What a stream of unknown length takes before it is known to end too early, twice, and an exception's stack trace.</summary>
    private const long MostBytes = 3_000_000;

    private static readonly byte[] Valid = File(
        "{\"__metadata__\":{\"a\":\"b\"}," + Entry("x", "F32", "2", 0, 8) + "," + Entry("y", "F16", "1,3", 8, 14) + "}",
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);

    public static TheoryData<string, string> BadHeaders => new()
    {
        { "", "the header does not begin with '{'" },
        { " {}", "the header does not begin with '{'" },
        { "[]", "the header does not begin with '{'" },
        { "{", "the header is no valid JSON: *" },
        { "{}}", "the header is no valid JSON: *" },
        { "{} {}", "the header is no valid JSON: *" },
        { "{/**/}", "the header is no valid JSON: *" },
        { "{\"a\":1}", "a: expected an object with dtype, shape and data_offsets" },
        { "{\"a\":[[]]}", "a: expected an object with dtype, shape and data_offsets" },
        { "{\"a\":{}}", "a: dtype, shape or data_offsets is missing" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}", "a: dtype, shape or data_offsets is missing" },
        { "{\"a\":{\"dtype\":4,\"shape\":[],\"data_offsets\":[0,4]}}", "a: dtype is no string" },
        { "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", "a: dtype, shape or data_offsets occurs twice" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":4,\"data_offsets\":[0,4]}}", "a: shape is no array of at most 64 numbers from 0 to 2147483647" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", "a: shape is no array of at most 64 numbers from 0 to 2147483647" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[[1]],\"data_offsets\":[0,4]}}", "a: shape is no array of at most 64 numbers from 0 to 2147483647" },
        { "{" + Entry("a", "F32", "-1", 0, 4) + "}", "a: shape is no array of at most 64 numbers from 0 to 2147483647" },
        { "{" + Entry("a", "F32", "2147483648", 0, 4) + "}", "a: shape is no array of at most 64 numbers from 0 to 2147483647" },
        { "{" + Entry("a", "F32", "99999999999999999999", 0, 4) + "}", "a: shape is no array of at most 64 numbers from 0 to 2147483647" },
        { "{" + Entry("a", "F32", string.Join(',', Enumerable.Repeat("1", 65)), 0, 4) + "}", "a: shape is no array of at most 64 numbers from 0 to 2147483647" },
        { "{" + Entry("a", "F32", "2147483647,2147483647,2", 0, 4) + "}", "a: the number of elements of shape [2147483647, 2147483647, 2] overflows" },

        // Four bytes more than 2^64, so that unchecked arithmetic would take it for four bytes.
        { "{" + Entry("a", "F32", "5,5581,8681,49477,384773", 0, 4) + "}", "a: the number of elements of shape [5, 5581, 8681, 49477, 384773] overflows" },
        { "{" + Entry("a", "F32", "2", 0, 4) + "}", "a: F32 [2] takes 8 bytes, and data_offsets gives 4" },
        { "{" + Entry("a", "I64", "1", 0, 4) + "}", "a: I64 [1] takes 8 bytes, and data_offsets gives 4" },
        { "{" + Entry("a", "BOOL", "2", 0, 4) + "}", "a: BOOL [2] takes 2 bytes, and data_offsets gives 4" },
        { "{" + Entry("a", "U16", "1", 0, 4) + "}", "a: U16 [1] takes 2 bytes, and data_offsets gives 4" },
        { "{" + Entry("a", "I32", "2", 0, 4) + "}", "a: I32 [2] takes 8 bytes, and data_offsets gives 4" },
        { "{" + Entry("a", "F32", "1", 4, 0) + "}", "a: data_offsets is no pair of a begin and an end" },
        { "{" + Entry("a", "F32", "1", -4, 0) + "}", "a: data_offsets is no pair of a begin and an end" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[4]}}", "a: data_offsets is no pair of a begin and an end" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4,4]}}", "a: data_offsets is no pair of a begin and an end" },
        { "{" + Entry("a", "F32", "1", 0, 4) + "," + Entry("a", "F32", "1", 0, 4) + "}", "a: the name occurs twice" },
        { "{" + Entry("a", "F32", "1", 0, 4) + "," + Entry("\\u0061", "F32", "1", 0, 4) + "}", "a: the name occurs twice" },
        { "{" + Entry("\\ud800", "F32", "1", 0, 4) + "}", "the name of a tensor is no valid Unicode" },
        { "{\"__metadata__\":[]," + Entry("a", "F32", "1", 0, 4) + "}", "__metadata__: expected an object" },
        { "{\"__metadata__\":{\"a\":1}," + Entry("a", "F32", "1", 0, 4) + "}", "__metadata__: expected strings only" },
        { "{\"__metadata__\":{},\"__metadata__\":{}," + Entry("a", "F32", "1", 0, 4) + "}", "__metadata__: the name occurs twice" },
        { "{" + Entry("a", "U8", "2", 0, 2) + "," + Entry("b", "U8", "3", 1, 4) + "}", "b: its data begins at 1, not at 2, and so overlaps the tensor before it" },
        { "{" + Entry("a", "U8", "1", 0, 1) + "," + Entry("b", "U8", "2", 2, 4) + "}", "b: its data begins at 2, not at 1, and so leaves a gap after the tensor before it" },
        { "{" + Entry("a", "U8", "3", 1, 4) + "}", "a: its data begins at 1, not at 0, and so leaves a gap after the tensor before it" },
        { "{" + Entry("a", "U8", "3", 0, 3) + "}", "the tensors take 3 bytes of data, and 1 more follow them" },
        { "{" + Entry("a", "F32", "2", 0, 8) + "}", "the file is truncated: expected 8 bytes of data after the header, found 4" },
        { "{" + Entry("a", "X", "1", 0, 9223372036854775807) + "}", "the file is truncated: expected 9,223,372,036,854,775,807 bytes of data after the header, found 4" },
    };

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public void SaysWhatIsWrongWithTheHeader(string header, string problem)
    {
        using TemporaryFolder folder = new();
        foreach (string way in SafetensorsReadTests.Ways)
        {
            WeightsException exception = Assert.Throws<WeightsException>(
                () => SafetensorsReadTests.Read(way, folder, File(header, 0, 0, 0, 0)));
            string found = Assert.Single(exception.Problems);
            if (problem.EndsWith('*'))
            {
                Assert.StartsWith(problem[..^1], found, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal(problem, found);
            }
        }
    }

    [Fact]
    public void ReportsAllProblemsAtOnce()
    {
        byte[] file = File(
            "{" + Entry("a", "F32", "2", 0, 4) + ",\"b\":{}," + Entry("c", "F32", "-2", 4, 8) + "," + Entry("a", "F32", "1", 0, 4) + "}",
            new byte[8]);
        WeightsException exception = Assert.Throws<WeightsException>(() => Safetensors.Read(file));
        Assert.Equal(
            """
            memory: this is no valid safetensors file:
              a: F32 [2] takes 8 bytes, and data_offsets gives 4
              b: dtype, shape or data_offsets is missing
              c: shape is no array of at most 64 numbers from 0 to 2147483647
              a: the name occurs twice
            """.ReplaceLineEndings("\n"),
            exception.Message);
        Assert.Equal(4, exception.Problems.Count);
    }

    [Fact]
    public void TheReportStaysShortHoweverManyProblemsThereAre()
    {
        string entries = string.Join(',', Enumerable.Range(0, 100_000).Select(i => FormattableString.Invariant($"\"{i}\":0")));
        WeightsException exception = Assert.Throws<WeightsException>(() => Safetensors.Read(File("{" + entries + "}")));
        Assert.Equal(101, exception.Problems.Count);
        Assert.Equal("and 99,900 more", exception.Problems[^1]);
    }

    [Fact]
    public void TruncationAtEveryByteIsReported()
    {
        using TemporaryFolder folder = new();
        foreach (string way in SafetensorsReadTests.Ways)
        {
            (SafetensorsReadTests.Read(way, folder, Valid) as IDisposable)?.Dispose();
            for (int length = 0; length < Valid.Length; length++)
            {
                WeightsException exception = Assert.Throws<WeightsException>(
                    () => SafetensorsReadTests.Read(way, folder, Valid[..length]));
                Assert.Contains("the file is truncated", Assert.Single(exception.Problems), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void TruncationSaysWhatWasExpectedAndFound()
    {
        int header = BinaryPrimitives.ReadInt32LittleEndian(Valid);
        Assert.Equal(
            "the file is truncated: it starts with the 8 bytes of the header's length, and only 5 are there",
            Problem(Valid[..5]));
        Assert.Equal(
            FormattableString.Invariant($"the file is truncated: expected a header of {header} bytes, found 10"), Problem(Valid[..18]));
        Assert.Equal(
            "the file is truncated: expected 14 bytes of data after the header, found 9", Problem(Valid[..(8 + header + 9)]));
        using DribblingStream stream = new(Valid[..(8 + header + 9)]);
        Assert.Equal(
            "the file is truncated: expected 14 bytes of data after the header, found 9",
            Assert.Single(Assert.Throws<WeightsException>(() => Safetensors.Read(stream)).Problems));
    }

    [Fact]
    public void BytesAfterTheDataAreReported()
    {
        using TemporaryFolder folder = new();
        foreach (string way in SafetensorsReadTests.Ways)
        {
            WeightsException exception = Assert.Throws<WeightsException>(
                () => SafetensorsReadTests.Read(way, folder, [.. Valid, 0, 0]));
            Assert.Equal("the tensors take 14 bytes of data, and 2 more follow them", Assert.Single(exception.Problems));
        }
    }

    [Theory]
    [InlineData(100_000_001ul)]
    [InlineData(0x8000000000000000ul)]
    [InlineData(ulong.MaxValue)]
    [InlineData(ulong.MaxValue - 7)]
    public void AHugeHeaderIsRefusedUnread(ulong length)
    {
        byte[] file = [.. Valid];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        Assert.Equal(
            FormattableString.Invariant($"the first 8 bytes give a header of {length:N0} bytes, and the limit is 100,000,000"),
            Problem(file));
    }

    [Fact]
    public void NothingIsAllocatedOnTheHeadersWord()
    {
        // Half a terabyte, says the header; the stream, whose length is unknown, then ends.
        byte[] file = File("{" + Entry("a", "F32", "400,400,800,1000", 0, 512_000_000_000) + "}", new byte[8]);
        byte[] header = [.. Valid[..8]];
        BinaryPrimitives.WriteUInt64LittleEndian(header, 100_000_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using DribblingStream data = new(file);
        Assert.Throws<WeightsException>(() => Safetensors.Read(data));
        using DribblingStream names = new(header);
        Assert.Throws<WeightsException>(() => Safetensors.Read(names));
        Assert.Throws<WeightsException>(() => Safetensors.Read(header));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void DeepNestingIsRefused(string open, string close)
    {
        StringBuilder header = new("{\"x\":");
        header.Insert(header.Length, open, 100_000).Append('0').Insert(header.Length, close, 100_000).Append('}');
        WeightsException exception = Assert.Throws<WeightsException>(() => Safetensors.Read(File(header.ToString())));
        Assert.StartsWith("the header is no valid JSON", exception.Problems[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void InvalidUtf8IsRefused()
    {
        byte[] header = Encoding.UTF8.GetBytes("{" + Entry("@", "F32", "0", 0, 0) + "}");
        header[2] = 0xC3;
        Assert.Equal("the header is no valid UTF-8", Problem(File(header, [])));
    }

    [Fact]
    [Trait("Category", "Damaged")]
    public void DamagedBytesNeverDoWorseThanAnException()
    {
        Gen<(int Index, byte Value)[]> damage = Gen.Select(Gen.Int[0, Valid.Length - 1], Gen.Byte).Array[1, 4];
        DamagedInputs.Run(damage, usual: 20_000, MostBytes, edits =>
        {
            byte[] file = [.. Valid];
            foreach ((int index, byte value) in edits)
            {
                file[index] = value;
            }

            ReadEverything(file);
        });
    }

    [Fact]
    [Trait("Category", "Damaged")]
    public void ShuffledHeadersNeverDoWorseThanAnException()
    {
        // Fragments that often add up to something almost valid.
        Gen<string> fragment = Gen.OneOfConst(
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "\"__metadata__\"", "\"dtype\"", "\"F32\"", "\"F16\"", "\"I64\"", "\"shape\"",
            "\"data_offsets\"", "0", "1", "4", "8", "-1", "1e3", "2147483647", "4294967296", "9223372036854775807", "null", "true",
            "\"\\ud800\"", "\\", " ", "[0,4]", "[1]", "[]", "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}",
            "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}", "\"b\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[4,8]}");
        DamagedInputs.Run(
            Gen.Select(fragment.Array[0, 12], Gen.Int[0, 9]),
            usual: 50_000,
            MostBytes,
            file => ReadEverything(File("{" + string.Concat(file.Item1) + "}", new byte[file.Item2])));
    }

    private static string Problem(byte[] file) => Assert.Single(Assert.Throws<WeightsException>(() => Safetensors.Read(file)).Problems);

    private static void ReadEverything(byte[] file)
    {
        List<string> outcomes = [];
        foreach (bool streamed in new[] { false, true })
        {
            try
            {
                using DribblingStream stream = new(file);
                IWeightSource source = streamed ? Safetensors.Read(stream) : Safetensors.Read(file);
                foreach (TensorInfo tensor in source.Tensors.Where(tensor => tensor.Type != TensorType.Other))
                {
                    Values(source, tensor.Name);
                }

                outcomes.Add("valid");
            }
            catch (WeightsException)
            {
                outcomes.Add("refused");
            }
        }

        Assert.Equal(outcomes[0], outcomes[1]);
    }
}
