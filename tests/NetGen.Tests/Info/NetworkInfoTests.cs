using System;
using System.Collections.Generic;
using System.Globalization;
using Xunit;

namespace NetGen.Tests.Info;

public sealed class NetworkInfoTests
{
    private static readonly NetworkInfo Tiny = new()
    {
        Name = "Tiny",
        Input = new Shape(3, 32, 32),
        Output = new Shape(10),
        WorkspaceLength = 1000,
        Layers =
        [
            new LayerInfo
            {
                Name = "conv1", Kind = "Conv2D", Input = new Shape(3, 32, 32), Output = new Shape(64, 28, 28), ParameterCount = 4864,
                WeightCount = 4800, ParameterFormula = "5·5·3·64 + 64", MultiplyAddCount = 3763200,
            },
            new LayerInfo { Name = "relu1", Kind = "ReLU", Input = new Shape(64, 28, 28), Output = new Shape(64, 28, 28) },
            new LayerInfo
            {
                Name = "fc1", Kind = "Dense", Input = new Shape(50176), Output = new Shape(10), ParameterCount = 501770,
                WeightCount = 501760, ParameterFormula = "50176·10 + 10", MultiplyAddCount = 501760,
            },
        ],
    };

    [Theory]
    [InlineData("")]
    [InlineData("de-DE")]
    [InlineData("fi-FI")]
    public void TheTableReadsTheSameInEveryCulture(string culture) => InCulture(culture, () => Assert.Equal(
        """
        Tiny: 3×32×32 to 10
        Layer  Kind    Output    Parameters  Product         Share  Multiply-adds   Share
        -----  ------  --------  ----------  -------------  ------  -------------  ------
        conv1  Conv2D  64×28×28       4,864  5·5·3·64 + 64   1.0 %      3,763,200  88.2 %
        relu1  ReLU    64×28×28           0                                     0
        fc1    Dense   10           501,770  50176·10 + 10  99.0 %        501,760  11.8 %
        -----  ------  --------  ----------  -------------  ------  -------------  ------
        Total          10           506,634                             4,264,960

        """.ReplaceLineEndings("\n"),
        Tiny.ToString()));

    [Theory]
    [InlineData("")]
    [InlineData("de-DE")]
    public void TheTableReadsTheSameInMarkdown(string culture) => InCulture(culture, () => Assert.Equal(
        """
        **Tiny: 3×32×32 to 10**

        | Layer | Kind | Output | Parameters | Product | Share | Multiply-adds | Share |
        | --- | --- | --- | ---: | --- | ---: | ---: | ---: |
        | conv1 | Conv2D | 64×28×28 | 4,864 | 5·5·3·64 + 64 | 1.0 % | 3,763,200 | 88.2 % |
        | relu1 | ReLU | 64×28×28 | 0 |  |  | 0 |  |
        | fc1 | Dense | 10 | 501,770 | 50176·10 + 10 | 99.0 % | 501,760 | 11.8 % |
        | **Total** |  | **10** | **506,634** |  |  | **4,264,960** |  |

        """.ReplaceLineEndings("\n"),
        Tiny.ToMarkdown()));

    [Fact]
    public void SumsOverTheLayers()
    {
        Assert.Equal(506_634, Tiny.ParameterCount);
        Assert.Equal(506_560, Tiny.WeightCount);
        Assert.Equal(4_264_960, Tiny.MultiplyAddCount);
    }

    [Fact]
    public void LooksLayersUpByName()
    {
        Assert.Same(Tiny.Layers[2], Tiny["fc1"]);
        KeyNotFoundException exception = Assert.Throws<KeyNotFoundException>(() => Tiny["fc2"]);
        Assert.Equal("The network Tiny has no layer \"fc2\".", exception.Message);
    }

    [Fact]
    public void ANetworkWithoutParametersHasATableToo()
    {
        NetworkInfo empty = new() { Name = "Empty", Input = new Shape(4), Output = new Shape(4), Layers = [] };
        Assert.Equal(
            """
            Empty: 4 to 4
            Layer  Kind  Output  Parameters  Product  Share  Multiply-adds  Share
            -----  ----  ------  ----------  -------  -----  -------------  -----
            -----  ----  ------  ----------  -------  -----  -------------  -----
            Total        4                0                              0

            """.ReplaceLineEndings("\n"),
            empty.ToString());
    }

    private static void InCulture(string culture, Action check)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            check();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
