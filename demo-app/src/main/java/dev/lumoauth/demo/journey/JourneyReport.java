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

package dev.lumoauth.demo.journey;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;

/**
 * Writes a journey for a person to read, in lines of at most 100 characters where they
 * can be broken.
 */
public final class JourneyReport {

	private static final int INDENT = 14;

	private static final int WIDTH = 100 - INDENT;

	/**
	 * What a model or a server says must neither control the terminal nor reverse the
	 * text.
	 */
	private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\u202A-\\u202E\\u2066-\\u2069]");

	private final List<String> lines = new ArrayList<>();

	private JourneyReport() {
	}

	/**
	 * Write a journey.
	 * @param journey the journey
	 * @return the lines
	 */
	public static List<String> lines(Journey journey) {
		JourneyReport report = new JourneyReport();
		report.section("1", "Identity", journey.steps(Step.Identity.class).flatMap(JourneyReport::identity).toList());
		report.section("2", "Tools", journey.steps(Step.Tools.class).flatMap(JourneyReport::tools).toList());
		report.section("3", "Decisions", decisions(journey));
		report.section("4", "Exchange", journey.steps(Step.Exchange.class).flatMap(JourneyReport::exchange).toList());
		report.section("", "MCP server", journey.steps(Step.ServerCall.class).map(JourneyReport::serverCall).toList());
		report.section("5", "Model", model(journey));
		report.section("", "Budget", journey.steps(Step.Budget.class).flatMap(JourneyReport::budget).toList());
		if (journey.failure() == null) {
			report.section("6", "Answer", List.of(String.valueOf(journey.answer())));
		}
		else {
			report.section("6", "No answer", List.of(failure(journey.failure())));
		}
		return report.lines;
	}

	private static Stream<String> identity(Step.Identity identity) {
		if (identity.problem() != null) {
			return Stream.of("not known: " + identity.problem());
		}
		Stream<String> lines = Stream.of(
				identity.agentId() + ((identity.name() != null) ? " (" + identity.name() + ")" : "")
						+ ((identity.tenant() != null) ? ", tenant " + identity.tenant() : ""),
				"an access token of its own, good for " + duration(identity.tokenSeconds()));
		return (identity.proof() != null) ? Stream.concat(lines, Stream.of("proved by " + identity.proof())) : lines;
	}

	private static Stream<String> tools(Step.Tools tools) {
		return Stream
			.of(tools.offered().entrySet().stream().map((tool) -> tool("offered", tool)),
					tools.hidden().entrySet().stream().map((tool) -> tool("hidden", tool)),
					tools.missing()
						.stream()
						.map((tool) -> "%-8s %-24s its server sent no tools: see the warning above".formatted("missing",
								tool)))
			.flatMap(Function.identity());
	}

	private static String tool(String state, Map.Entry<String, Set<String>> tool) {
		return "%-8s %-24s requires %s".formatted(state, tool.getKey(), String.join(", ", tool.getValue()));
	}

	/**
	 * The guard around the tool and the guard around the bean both ask. Equal answers
	 * become one line.
	 */
	private static List<String> decisions(Journey journey) {
		List<String> decisions = new ArrayList<>();
		Step.Decision last = null;
		for (Step step : journey.steps()) {
			if (step instanceof Step.Decision decision && !decision.isLike(last)) {
				last = decision;
				decisions.add("%-8s %-16s %-8s %5d ms  before %s".formatted(decision.outcome(), decision.capability(),
						decision.source(), decision.millis(), decision.before()));
			}
			else if (step instanceof Step.ToolResult result && result.result().startsWith(Step.ToolResult.ERROR)) {
				decisions.add("the model read: " + result.result());
			}
		}
		return decisions;
	}

	private static Stream<String> exchange(Step.Exchange exchange) {
		if (exchange.problem() != null) {
			return Stream.of(exchange.audience() + " refused: " + exchange.problem());
		}
		String subject = (exchange.subject() != null) ? exchange.subject() : "not readable";
		boolean itself = exchange.actors().isEmpty();
		return Stream.of(
				"%s token for one for %s, good for %s".formatted(
						itself ? "the agent's own" : "the user's and the agent's", exchange.audience(),
						duration(exchange.tokenSeconds())),
				"subject %s, %s".formatted(subject, itself ? "no actor: the agent acts for itself"
						: "actor " + String.join(" and ", exchange.actors())));
	}

	private static String serverCall(Step.ServerCall call) {
		return "saw sub %s, act %s, scope %s".formatted(call.subject(),
				call.actors().equals("-") ? "none" : call.actors(), call.scopes().replace(",", " "));
	}

	private static List<String> model(Journey journey) {
		List<Step.ModelCall> calls = journey.steps(Step.ModelCall.class).toList();
		List<String> lines = new ArrayList<>();
		for (Step.ModelCall call : calls) {
			lines.add("%s %,6d tokens in, %,4d out, %4d ms  %s".formatted(call.model(), call.promptTokens(),
					call.completionTokens(), call.millis(),
					call.calls().isEmpty() ? "answers" : "calls " + String.join(", ", call.calls())));
		}
		if (calls.isEmpty()) {
			lines.add((journey.failure() instanceof BudgetExhaustedException) ? "not called" : "did not answer");
		}
		return lines;
	}

	private static Stream<String> budget(Step.Budget budget) {
		String when = "%-7s ".formatted(budget.when());
		return switch (budget.state()) {
			case UNLIMITED -> Stream.of(when + "no limit");
			case UNKNOWN -> Stream.of(when + "not known: " + budget.reason());
			case AVAILABLE, EXHAUSTED -> budget.limits().stream().map((limit) -> when + limit(limit));
		};
	}

	private static String limit(BudgetStatus.Limit limit) {
		String used = (limit.used() != null) ? "%,d".formatted(limit.used().longValue()) : "?";
		String text = used + " of %,d".formatted(limit.limit().longValue());
		return switch (limit.name()) {
			case "max_tokens_per_day" -> text + " tokens used today";
			case "max_api_calls_per_hour" -> text + " calls made this hour";
			case "max_cost_per_month_usd" -> text + " US dollars spent this month";
			default -> text + " " + limit.name();
		} + (limit.isReached() ? ": exhausted" : "");
	}

	private static String failure(RuntimeException failure) {
		String message = String.valueOf(failure.getMessage());
		Throwable root = NestedExceptionUtils.getRootCause(failure);
		return (root != null) ? message + " (" + root.getMessage() + ")" : message;
	}

	private static String duration(@Nullable Long seconds) {
		if (seconds == null) {
			return "an unknown time";
		}
		// The token is already slightly older than when it was issued.
		return (seconds >= 119) ? (seconds + 30) / 60 + " min" : seconds + " s";
	}

	/**
	 * Write a section: a number, a name, and beside them the lines.
	 */
	private void section(String number, String name, List<String> content) {
		String margin = "%-2s %-10s ".formatted(number, name);
		for (String text : content) {
			for (String paragraph : text.split("\\R", -1)) {
				for (String line : wrap(UNPRINTABLE.matcher(paragraph).replaceAll("\uFFFD"))) {
					this.lines.add(margin + line);
					margin = " ".repeat(INDENT);
				}
			}
		}
	}

	private static List<String> wrap(String text) {
		List<String> lines = new ArrayList<>();
		String rest = text;
		while (rest.length() > WIDTH) {
			int space = rest.lastIndexOf(' ', WIDTH);
			int end = (space > 0) ? space : WIDTH;
			lines.add(rest.substring(0, end).stripTrailing());
			rest = rest.substring(end).stripLeading();
		}
		lines.add(rest);
		return lines;
	}

}
