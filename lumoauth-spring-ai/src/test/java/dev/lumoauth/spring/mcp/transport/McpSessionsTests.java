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

package dev.lumoauth.spring.mcp.transport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.ReactiveUserScope;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpTransportSessionClosedException;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class McpSessionsTests {

	private static final JSONRPCMessage MESSAGE = new JSONRPCNotification("notifications/test");

	private final ManualClock clock = new ManualClock();

	private final List<FakeTransport> transports = new ArrayList<>();

	private final McpSessions sessions = new McpSessions((user, listening) -> {
		FakeTransport transport = new FakeTransport(listening);
		this.transports.add(transport);
		return transport;
	}, Duration.ofSeconds(20), this.clock);

	@Test
	void givesEachPartyOneSession() {
		McpSession alice = this.sessions.of(UserToken.of("alice"));
		assertThat(this.sessions.of(UserToken.of("alice"))).isSameAs(alice);
		assertThat(this.sessions.of(UserToken.of("bob"))).isNotSameAs(alice);
		assertThat(this.sessions.of(null)).isNotSameAs(alice);
	}

	@Test
	void endsAUsersSessionThatNobodyUses() {
		McpSession alice = this.sessions.of(UserToken.of("alice"));
		alice.send(MESSAGE).block();
		this.clock.advance(McpSessions.IDLE.plusSeconds(1));
		this.sessions.of(UserToken.of("bob")).send(MESSAGE).block();
		assertThat(this.transports).extracting((transport) -> transport.closed).containsExactly(true, false);
		assertThat(this.sessions.of(UserToken.of("alice"))).isNotSameAs(alice);
	}

	@Test
	void oneSessionListensForAll() {
		for (String user : List.of("alice", "bob", "carol")) {
			this.sessions.of(UserToken.of(user)).send(MESSAGE).block();
		}
		assertThat(this.transports).extracting((transport) -> transport.listening.getAsBoolean())
			.containsExactly(true, false, false);
		this.clock.advance(McpSessions.IDLE.plusSeconds(1));
		this.sessions.of(UserToken.of("dave")).send(MESSAGE).block();
		assertThat(this.transports.get(3).listening.getAsBoolean()).isTrue();
		assertThat(this.transports.get(0).listening.getAsBoolean()).isFalse();
	}

	@Test
	void endsASessionWithTheUsersToken() {
		UserToken alice = UserToken.of(new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, "alice",
				this.clock.instant(), this.clock.instant().plusSeconds(60)));
		this.sessions.of(alice).send(MESSAGE).block();
		this.clock.advance(Duration.ofSeconds(61));
		this.sessions.of(UserToken.of("bob"));
		assertThat(this.transports.get(0).closed).isTrue();
	}

	@Test
	void neverHoldsMoreThanItsLimit() {
		McpSession first = this.sessions.of(UserToken.of("0"));
		first.send(MESSAGE).block();
		for (int i = 1; i <= McpSessions.MAX_SESSIONS; i++) {
			this.sessions.of(UserToken.of(String.valueOf(i)));
		}
		assertThat(this.transports.get(0).closed).isTrue();
		assertThat(this.sessions.of(UserToken.of("0"))).isNotSameAs(first);
	}

	@Test
	void sendsNoAnswerThatNobodyAskedFor() {
		assertThatIllegalStateException()
			.isThrownBy(() -> this.sessions.answer(JSONRPCResponse.result("lumoauth-1", "x")).block());
	}

	@Test
	void whatTheServerAsksIsForTheSessionsUserWhoeverOpenedIt() {
		List<String> seen = new ArrayList<>();
		Function<JSONRPCMessage, Mono<Void>> receiver = (message) -> Mono
			.fromRunnable(() -> seen.add(UserScope.current() + " " + Caller.current().name()));
		this.sessions.receiver(receiver);
		UserToken alice = UserToken.of("alice");
		asAlice(this.sessions.of(null).send(MESSAGE));
		asAlice(this.sessions.of(alice).send(MESSAGE));
		FakeTransport unlisted = new FakeTransport(() -> true);
		asAlice(new UnlistedMcpTransport(unlisted)
			.connect((messages) -> messages.flatMap((message) -> receiver.apply(message).then(Mono.empty()))));
		JSONRPCRequest asked = new JSONRPCRequest(McpSchema.METHOD_SAMPLING_CREATE_MESSAGE, "1", Map.of());
		this.transports.forEach((transport) -> transport.receive(asked));
		unlisted.receive(asked);
		assertThat(seen).containsExactly("null null", alice + " " + Caller.of(alice).name(), "null null");
	}

	private static void asAlice(Mono<Void> call) {
		UserToken alice = UserToken.of("alice");
		UserScope.call(alice,
				() -> call.contextWrite(ReactiveUserScope.of(alice))
					.contextWrite(ReactiveSecurityContextHolder.withAuthentication(
							UsernamePasswordAuthenticationToken.authenticated("carol", null, List.of())))
					.block());
	}

	@Test
	void opensNoSessionAfterTheEnd() {
		this.sessions.of(null).send(MESSAGE).block();
		this.sessions.close().block();
		assertThat(this.transports.get(0).closed).isTrue();
		assertThatExceptionOfType(McpTransportSessionClosedException.class).isThrownBy(() -> this.sessions.of(null));
	}

	private static final class FakeTransport implements McpClientTransport {

		private final BooleanSupplier listening;

		private volatile boolean closed;

		private Function<JSONRPCMessage, Mono<JSONRPCMessage>> stream = Mono::just;

		private FakeTransport(BooleanSupplier listening) {
			this.listening = listening;
		}

		@Override
		public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
			// As the SDK's transports do: the stream keeps the context of who opened it.
			return Mono.deferContextual((context) -> {
				this.stream = (message) -> handler.apply(Mono.just(message)).contextWrite(context);
				return Mono.empty();
			});
		}

		private void receive(JSONRPCMessage message) {
			this.stream.apply(message).block();
		}

		@Override
		public Mono<Void> closeGracefully() {
			return Mono.fromRunnable(() -> this.closed = true);
		}

		@Override
		public Mono<Void> sendMessage(JSONRPCMessage message) {
			return Mono.empty();
		}

		@Override
		public <T> T unmarshalFrom(Object data, TypeRef<T> typeRef) {
			throw new AssertionError();
		}

	}

}
