/// Where a picture will be looked at.
package enum PlotTheme: Hashable, Sendable {
    /// A file of its own: white ground, colours that print.
    case paper
    /// Within an HTML page, whose style sheet (``pageStyle``) has a light and a dark form.
    case page

    /// What a colour is for.
    enum Ink: Hashable, Sendable {
        case ground, text, quiet, grid, axis
        case series(Int)
    }

    func color(_ ink: Ink) -> String {
        switch self {
        case .page: "var(\(Self.variable(ink)))"
        case .paper: Self.light(ink)
        }
    }

    /// Colours that colour-blind readers can tell apart (after Okabe and Ito), darkened where
    /// they would be faint on white.
    private static let lightSeries = [
        "#0072b2", "#d55e00", "#009e73", "#b0539a", "#b07d00", "#3f9bd8", "#5a5a5a", "#8a3b12",
    ]
    private static let darkSeries = [
        "#4cb3ff", "#ff8a3d", "#2fcf9f", "#e58fd0", "#e8b53a", "#8fd0ff", "#b8b8b8", "#d98a5f",
    ]

    /// Series that have a colour of their own; more repeat them with other marks and dashes.
    static var colorCount: Int { lightSeries.count }

    private static func light(_ ink: Ink) -> String {
        switch ink {
        case .ground: "#ffffff"
        case .text: "#1b1f24"
        case .quiet: "#5b6470"
        case .grid: "#e4e7eb"
        case .axis: "#8b939e"
        case .series(let index): lightSeries[index % lightSeries.count]
        }
    }

    private static func variable(_ ink: Ink) -> String {
        switch ink {
        case .ground: "--plot-ground"
        case .text: "--plot-text"
        case .quiet: "--plot-quiet"
        case .grid: "--plot-grid"
        case .axis: "--plot-axis"
        case .series(let index): "--plot-series-\(index % lightSeries.count + 1)"
        }
    }

    /// The variables that pictures of a page use, for `:root` in light and in dark.
    package static var pageStyle: (light: String, dark: String) {
        let plain: [Ink] = [.ground, .text, .quiet, .grid, .axis]
        let light = (plain + lightSeries.indices.map(Ink.series)).map {
            "\(variable($0)): \(self.light($0));"
        }
        let dark =
            zip(plain, ["#15181c", "#e6e9ed", "#a3abb6", "#2c323a", "#79828e"]).map {
                "\(variable($0)): \($1);"
            }
            + darkSeries.enumerated().map { "\(variable(.series($0.offset))): \($0.element);" }
        return (light.joined(separator: " "), dark.joined(separator: " "))
    }
}
