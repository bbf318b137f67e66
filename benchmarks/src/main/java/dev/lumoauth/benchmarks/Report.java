/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Puts JMH's figures beside each other: what was measured, what it is compared with, the
 * ratio, and whether it reached what was aimed at. Takes JMH's CSV files and prints
 * Markdown.
 */
public final class Report {

	private static final String BYTES = ":gc.alloc.rate.norm";

	private final Map<String, Figure> figures = new LinkedHashMap<>();

	private Report() {
	}

	/**
	 * Print the report.
	 * @param files CSV files of JMH, with {@code -prof gc}
	 * @throws IOException if one can't be read
	 */
	public static void main(String... files) throws IOException {
		Report report = new Report();
		for (String file : files) {
			report.read(Path.of(file));
		}
		report.print();
	}

	private void read(Path file) throws IOException {
		List<String> columns = List.of();
		for (String line : Files.readAllLines(file)) {
			List<String> cells = cells(line);
			if (cells.get(0).equals("Benchmark")) {
				columns = cells;
				continue;
			}
			String name = cells.get(0)
				.substring(cells.get(0).indexOf("benchmarks.") + "benchmarks.".length())
				.replace("Benchmark.", ".");
			String parameters = "";
			for (int i = 7; i < columns.size(); i++) {
				parameters += cells.get(i).isEmpty() ? "" : " " + cells.get(i);
			}
			boolean bytes = name.endsWith(BYTES);
			if (name.indexOf(':') < 0 || bytes) {
				String key = (bytes ? name.substring(0, name.length() - BYTES.length()) : name) + parameters + " t"
						+ cells.get(2);
				Figure figure = this.figures.computeIfAbsent(key, (any) -> new Figure());
				double score = Double.parseDouble(cells.get(4));
				if (bytes) {
					figure.bytes = score;
				}
				else {
					figure.time = score * (cells.get(6).startsWith("us") ? 1000 : 1);
					figure.error = Double.parseDouble(cells.get(5)) * (cells.get(6).startsWith("us") ? 1000 : 1);
				}
			}
		}
	}

	private static List<String> cells(String line) {
		List<String> cells = new ArrayList<>();
		for (String cell : line.split(",", -1)) {
			cells.add(cell.replace("\"", ""));
		}
		return cells;
	}

	private void print() {
		System.out.println("| operation | ours, ns | beside it, ns | ratio | to reach | |");
		System.out.println("|---|---|---|---|---|---|");
		for (Observed observed : Observed.values()) {
			row("bean method, " + words(observed), "MethodGuard.requiresCapability " + observed,
					"MethodGuard.preAuthorize " + observed, 0.15, false);
			row("its bytes", "MethodGuard.requiresCapability " + observed, "MethodGuard.preAuthorize " + observed, 0.10,
					true);
			row("beside an empty interceptor", "MethodGuard.requiresCapability " + observed,
					"MethodGuard.emptyInterceptor " + observed, null, false);
		}
		for (Observed observed : Observed.values()) {
			row("tool, " + words(observed), "Tool.guardedTool " + observed, "Tool.plainTool " + observed, 1.15, false);
			row("refused, beside allowed", "Tool.refusedCheck " + observed, "Tool.allowedCheck " + observed, 3.0,
					false);
		}
		row("LangChain4j's tool", "LangChain4jTool.guardedTool", "LangChain4jTool.plainTool", 1.25, false);
		row("ADK's tool", "AdkTool.guardedTool", "AdkTool.plainTool", 1.25, false);
		row("agent token", "AgentToken.agentToken", "AgentToken.springSecurity", 0.2, false);
		for (String size : List.of("1x0", "100x0", "1x1000", "9x1000")) {
			row("exchanged token, audiences x users " + size, "ExchangedToken.exchangedToken " + size,
					"ExchangedToken.springSecurity " + size, 1.0, false);
		}
		for (int tools : List.of(5, 50, 500)) {
			row("offer of " + tools + " tools, all of it", "Offer.guardedOffer " + tools, "Offer.plainOffer " + tools,
					null, false);
			row("beside chats that are observed", "Offer.guardedOffer " + tools, "Offer.observedPlainOffer " + tools,
					null, false);
		}
		furtherTool(5, 50);
		furtherTool(50, 500);
		row("cold check, 1 ms away", "ColdCheck.coldCheck", "ColdCheck.barePost", 2.0, false);
		for (String algorithm : List.of("Ed25519", "RSA")) {
			for (int body : List.of(0, 1024, 1024 * 1024)) {
				String of = " " + algorithm + " " + body;
				row("signed request, " + algorithm + ", body of " + body + " B", "Signature.sign" + of,
						"Signature.bareSignature" + of, null, false);
				row("checked, " + algorithm + ", body of " + body + " B", "Signature.verify" + of,
						"Signature.bareVerification" + of, null, false);
			}
		}
		System.out.println();
		threads();
	}

	private static String words(Observed observed) {
		return observed.name()
			.toLowerCase(Locale.ROOT)
			.replace('_', ' ')
			.replace("not", "not observed")
			.replace("by ", "observed by ");
	}

	private void row(String what, String ours, String beside, @Nullable Double target, boolean bytes) {
		Figure left = this.figures.get(ours + " t1");
		Figure right = this.figures.get(beside + " t1");
		if (left == null || right == null) {
			return;
		}
		double ratio = bytes ? left.bytes / right.bytes : left.time / right.time;
		System.out.printf(Locale.ROOT, "| %s | %s | %s | %.2f | %s | %s |%n", what, left.text(bytes), right.text(bytes),
				ratio, (target != null) ? target.toString() : "",
				reached(ratio, target, !bytes && (left.isNoisy() || right.isNoisy())));
	}

	private void furtherTool(int few, int many) {
		Figure[] figures = new Figure[4];
		int i = 0;
		for (String offer : List.of("Offer.guardedOffer ", "Offer.observedPlainOffer ")) {
			for (int tools : List.of(few, many)) {
				Figure figure = this.figures.get(offer + tools + " t1");
				if (figure == null) {
					return;
				}
				figures[i++] = figure;
			}
		}
		double ours = (figures[1].time - figures[0].time) / (many - few);
		double beside = (figures[3].time - figures[2].time) / (many - few);
		System.out.printf(Locale.ROOT, "| each further tool, %d to %d | %.0f | %.0f | %.0f more | 1000 more | %s |%n",
				few, many, ours, beside, ours - beside, reached(ours - beside, 1000.0, figures[1].isNoisy()));
	}

	private static String reached(double value, @Nullable Double target, boolean noisy) {
		String noise = noisy ? ", but the error is over a quarter" : "";
		return (target == null) ? "" : ((value <= target) ? "yes" : "no") + noise;
	}

	private void threads() {
		System.out.println("| calls per millisecond | 1 thread | 2 | 4 | 8 |");
		System.out.println("|---|---|---|---|---|");
		this.figures.keySet().stream().filter((key) -> key.endsWith(" t8")).forEach((key) -> {
			String name = key.substring(0, key.length() - 1);
			StringBuilder row = new StringBuilder("| " + name.substring(0, name.length() - 2));
			for (int threads : List.of(1, 2, 4, 8)) {
				Figure figure = this.figures.get(name + threads);
				row.append(
						(figure != null) ? String.format(Locale.ROOT, " | %,.0f", threads * 1e6 / figure.time) : " | ");
			}
			System.out.println(row + " |");
		});
	}

	private static final class Figure {

		private double time;

		private double error;

		private double bytes;

		private boolean isNoisy() {
			return !(this.error <= this.time / 4);
		}

		private String text(boolean asBytes) {
			return asBytes ? String.format(Locale.ROOT, "%,.0f B", this.bytes)
					: String.format(Locale.ROOT, "%,.0f ± %,.0f", this.time, this.error);
		}

	}

}
