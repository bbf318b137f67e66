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

package dev.lumoauth.spring.mcp;

import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.ResourceDeniedException;
import dev.lumoauth.spring.guard.RefusalText;
import dev.lumoauth.spring.user.UserRequiredException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the log says of listed connections that fail.
 */
@ExtendWith(OutputCaptureExtension.class)
class McpFailureLogTests {

	private final McpFailureLog failures = new McpFailureLog();

	@Test
	void saysEachKindOnceForEachConnectionUntilItWorksAgain(CapturedOutput output) {
		McpConnectionAddress one = endpoint("one");
		McpConnectionAddress other = endpoint("other");
		for (int i = 0; i < 3; i++) {
			failed(one, new IllegalStateException("server's words " + i));
			failed(one, new ResourceDeniedException("no scope"));
			failed(other, new IllegalStateException("server's words"));
		}
		assertThat(lines(output)).isEqualTo(3);
		this.failures.worked(one);
		failed(one, new IllegalStateException("server's words"));
		failed(other, new IllegalStateException("server's words"));
		assertThat(lines(output)).isEqualTo(4);
	}

	@Test
	void saysOnceThatAConnectionWorksAgain(CapturedOutput output) {
		McpConnectionAddress one = endpoint("one");
		for (int i = 0; i < 280; i++) {
			failed(one, new IllegalStateException(new TimeoutException()));
		}
		failed(endpoint("other"), new IllegalStateException("down"));
		this.failures.worked(one);
		this.failures.worked(one);
		assertThat(lines(output)).isEqualTo(2);
		assertThat(output.toString().lines().filter((line) -> line.contains("works again"))).singleElement()
			.asString()
			.contains("MCP connection 'one'");
	}

	@Test
	void aRefusalIsNoOutageAndSaidOnceHoweverOftenOthersGetAnswers(CapturedOutput output) {
		McpConnectionAddress one = endpoint("one");
		for (int i = 0; i < 29; i++) {
			failed(one, new ResourceDeniedException("The server lets user " + i + " in no more"));
			failed(one, new IllegalStateException(new LumoAuthDeniedException("No token", "access_denied", null)));
			this.failures.worked(one);
		}
		assertThat(lines(output)).isEqualTo(2);
		assertThat(output).doesNotContain("works again").contains("A refusal of this kind is not logged again.");
		failed(endpoint("other"), new ResourceDeniedException("no"));
		failed(one, new IllegalStateException(new LumoAuthDeniedException("No token", "invalid_target", null)));
		assertThat(lines(output)).isEqualTo(4);
		failed(one, new IllegalStateException("down"));
		failed(one, new ResourceDeniedException("no"));
		this.failures.worked(one);
		assertThat(output).containsOnlyOnce("works again.");
	}

	@Test
	void aLumoAuthThatDoesNotAnswerIsAnOutage(CapturedOutput output) {
		McpConnectionAddress one = endpoint("one");
		failed(one, new IllegalStateException(new LumoAuthRateLimitedException("wait", Duration.ofSeconds(9), null)));
		this.failures.worked(one);
		assertThat(output).contains("works again");
	}

	@Test
	void aToolThatNobodyKnowsMayBeOneOfAConnectionThatIsDown() {
		assertThat(this.failures.ofUnknownTool()).isNull();
		this.failures.leftOut(endpoint("one"), new IllegalStateException(new UserRequiredException("nobody", null)));
		assertThat(this.failures.ofUnknownTool()).isNull();
		this.failures.leftOut(endpoint("one"),
				new IllegalStateException(new LumoAuthRateLimitedException("wait", Duration.ofSeconds(9), null)));
		assertThat(this.failures.ofUnknownTool()).isEqualTo(RefusalText.UNAVAILABLE);
		this.failures.leftOut(endpoint("other"), new IllegalStateException(new ConnectException()));
		assertThat(this.failures.ofUnknownTool()).isEqualTo(RefusalText.SERVER_UNAVAILABLE);
		this.failures.listed(endpoint("other"));
		this.failures.listed(endpoint("one"));
		assertThat(this.failures.ofUnknownTool()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "invalid_target, ': check lumoauth.mcp.connections.one.audience'",
			"invalid_scope, ': check lumoauth.mcp.connections.one.scopes'", "access_denied, ''" })
	void namesThePropertyThatARefusalIsAbout(String code, String property) {
		Throwable refusal = new IllegalStateException(new LumoAuthDeniedException("No token", code, null));
		assertThat(McpFailure.describe(refusal, "one")).isEqualTo("LumoAuthDeniedException: No token" + property);
	}

	@Test
	void quotesTheBeginningOfAForeignTextOnOneLine(CapturedOutput output) {
		String foreign = "no\n2026-01-01 ERROR forged\r\u2028\u2029\u202e\u001b[31m" + " eyJhbGciOiJub25lIn0.e30.x"
				+ "x".repeat(100_000);
		failed(endpoint("one"), new IllegalStateException("outer", new IllegalStateException(foreign)));
		assertThat(output.toString().lines().filter((line) -> line.contains("forged"))).singleElement()
			.asString()
			.contains("no\\u000a2026-01-01 ERROR forged\\u000d\\u2028\\u2029\\u202e\\u001b[31m")
			.doesNotContain("eyJhbGci")
			.hasSizeLessThan(700);
	}

	@Test
	void saysWhatToDoInFull() {
		String text = "The server does not accept the token. ".repeat(6)
				+ "Compare lumoauth.mcp.connections.one.audience";
		assertThat(McpFailure.describe(new IllegalStateException(new LumoAuthDeniedException(text, "x", null))))
			.isEqualTo("LumoAuthDeniedException: " + text);
	}

	private void failed(McpConnectionAddress endpoint, Exception failure) {
		this.failures.failed(endpoint, "It could not be called", failure, "The next call tries again.");
	}

	private static long lines(CapturedOutput output) {
		return output.toString().lines().filter((line) -> line.contains("It could not be called")).count();
	}

	private static McpConnectionAddress endpoint(String name) {
		return new McpConnectionAddress(new McpConnection(name, "urn:x", null, Set.of(), null, Map.of(),
				OnBehalfOf.AGENT, false, UnlistedTools.DENY, Set.of()), URI.create("https://mcp.example.com/mcp"));
	}

}
