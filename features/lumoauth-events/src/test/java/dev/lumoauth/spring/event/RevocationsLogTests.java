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

package dev.lumoauth.spring.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.RevocationListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.Assert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What the log says of revocations.
 */
@ExtendWith(OutputCaptureExtension.class)
class RevocationsLogTests {

	private static final String SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";

	private final Revocations revocations = new Revocations(List::of, (channel, type, outcome) -> {
	});

	@Test
	void eachRevocationIsOneLine(CapturedOutput output) {
		for (int i = 0; i < 3; i++) {
			take("1", Map.of(SESSION_REVOKED, Set.of("agt_1")));
		}
		this.revocations.relayed("1", Duration.ofHours(1), List.of(revocation("agt_1")));
		this.revocations.relayed("2", Duration.ofHours(1), List.of(revocation("agt_2")));
		this.revocations.relayed("2", Duration.ofHours(1), List.of(revocation("agt_2")));
		assertThat(output.toString().lines().filter((line) -> line.contains("LumoAuth's event"))).hasSize(2);
		assertThat(output).contains("LumoAuth's event: tokens are revoked, for agt_1 (session-revoked, ssf).")
			.contains("LumoAuth's event: tokens are revoked, for agt_2 (from another replica).");
	}

	@Test
	void anEventThatComesBackByTheRelayWhileItIsAppliedIsOneLine(CapturedOutput output) {
		List<Revocation> told = new ArrayList<>();
		AtomicReference<Revocations> self = new AtomicReference<>();
		self.set(new Revocations(() -> List.<RevocationListener>of((revocation) -> {
			told.add(revocation);
			assertThat(told).hasSize(1);
			self.get().relayed("1", Duration.ofHours(1), List.of(revocation));
		}), (channel, type, outcome) -> {
		}));
		self.get().take("ssf", "1", Duration.ofHours(1), Map.of(SESSION_REVOKED, Set.of("agt_1")));
		assertThat(told).hasSize(1);
		assertThat(output).doesNotContain("from another replica");
	}

	/** Whoever sent it to the other replica was told that it is taken. */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anEventThatComesByTheRelayWhileApplyingItFailsIsAppliedAgain(boolean relayed) {
		List<Revocation> told = new ArrayList<>();
		AtomicReference<Revocations> self = new AtomicReference<>();
		self.set(new Revocations(() -> List.<RevocationListener>of((revocation) -> {
			told.add(revocation);
			if (told.size() == 1) {
				self.get().relayed("1", Duration.ofHours(1), List.of(revocation));
				throw new IllegalStateException("the store has not answered");
			}
		}), (channel, type, outcome) -> {
		}));
		if (relayed) {
			self.get().relayed("1", Duration.ofHours(1), List.of(revocation("agt_1")));
		}
		else {
			self.get().take("ssf", "1", Duration.ofHours(1), Map.of(SESSION_REVOKED, Set.of("agt_1")));
		}
		assertThat(told).hasSize(2);
		self.get().relayed("1", Duration.ofHours(1), List.of(revocation("agt_1")));
		assertThat(told).hasSize(2);
	}

	@Test
	void anEventWhoseListenersAreNotThereIsAppliedWhenItIsSentAgain() {
		List<Revocation> told = new ArrayList<>();
		AtomicBoolean there = new AtomicBoolean();
		Revocations revocations = new Revocations(() -> {
			Assert.state(there.getAndSet(true), "a listener could not be created");
			return List.<RevocationListener>of(told::add);
		}, (channel, type, outcome) -> {
		});
		Map<String, Set<String>> events = Map.of(SESSION_REVOKED, Set.of("agt_1"));
		assertThatIllegalStateException().isThrownBy(() -> revocations.take("ssf", "1", Duration.ofHours(1), events));
		assertThat(revocations.take("ssf", "1", Duration.ofHours(1), events)).isEqualTo(EventReply.TAKEN);
		assertThat(told).hasSize(1);
	}

	@Test
	void anEventThatRevokesNothingIsNoLine(CapturedOutput output) {
		take("1", Map.of("https://example.com/event", Set.of("agt_1")));
		assertThat(output).doesNotContain("LumoAuth's event");
	}

	@Test
	void namesNobodyByTheWholeAddressAndNoToken(CapturedOutput output) {
		take("1", Map.of(SESSION_REVOKED,
				Set.of("alice@example.com", "x\n2026-01-01 ERROR forged", "eyJhbGciOiJub25lIn0.e30.x")));
		take("2", Map.of(SESSION_REVOKED, Set.of()));
		assertThat(output).contains("a***@example.com", "x\\u000a2026-01-01 ERROR forged", "for everyone")
			.doesNotContain("alice", "eyJhbGci");
	}

	private void take(String id, Map<String, Set<String>> events) {
		assertThat(this.revocations.take("ssf", id, Duration.ofHours(1), events)).isEqualTo(EventReply.TAKEN);
	}

	private static Revocation revocation(String subject) {
		return new Revocation(Revocation.Effect.TOKENS, Set.of(subject));
	}

}
