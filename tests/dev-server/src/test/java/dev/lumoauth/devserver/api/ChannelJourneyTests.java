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

package dev.lumoauth.devserver.api;

import java.net.URI;
import java.net.http.HttpClient;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalCall;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalQuestion;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.NobodyToAskException;
import dev.lumoauth.spring.approval.channel.ApprovalChannels;
import dev.lumoauth.spring.approval.client.ApprovalsClient;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The starter's three ways of asking people, each from the question to the end.
 */
class ChannelJourneyTests extends ServerTests {

	private static final String INBOX = "/dev/tenants/acme-corp/inbox";

	private static final String ALICE = "alice@example.com";

	/**
	 * A way of asking.
	 */
	enum Way {

		JIT, PUSH, CIBA

	}

	private ApprovalsClient api(boolean organization) {
		URI url = URI.create(this.client.url());
		HttpClient requests = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
		LumoAuthHttp http = LumoAuthHttp
			.builder(
					organization ? LumoAuthAddresses.forOrganization(url, "acme-corp")
							: LumoAuthAddresses.forTenant(url, "acme-corp"),
					"agt_specialist", LumoAuthHttp.requestFactory(requests, Duration.ofSeconds(20)))
			.clock(this.clock)
			.maxWait(Duration.ofSeconds(20))
			.build();
		return new ApprovalsClient(http,
				LumoAuthTokens.builder()
					.clock(this.clock)
					.build(http, AgentCredentials.clientSecretPost("agt_specialist", "specialist-secret")));
	}

	private ApprovalChannel channel(Way way) {
		ApprovalsClient api = api(false);
		return switch (way) {
			case JIT -> ApprovalChannels.jit(api, Duration.ofSeconds(5), this.clock, null);
			case PUSH -> ApprovalChannels.push(api);
			case CIBA -> ApprovalChannels.ciba(api, this.clock);
		};
	}

	@ParameterizedTest
	@EnumSource
	void anApprovedCallRuns(Way way) {
		ApprovalChannel channel = channel(way);
		Approval request = ask(channel, "refund", ALICE);
		assertThat(status(channel, request).state()).isEqualTo(ApprovalState.PENDING);
		// On a device, the reason is all that the person reads.
		String reason = (way == Way.PUSH) ? "Refund 4500 EUR. refund {\"amount\":4500}" : "Refund 4500 EUR";
		assertThat(lastInInbox()).containsEntry("reason", reason).containsEntry("client_id", "agt_specialist");
		decide("approve", "Once");
		ApprovalAnswer answer = status(channel, request);
		assertThat(answer.state()).isEqualTo(ApprovalState.APPROVED);
		assertThat(answer.approvedBy()).isEqualTo((way == Way.PUSH) ? "1" : null);
		assertThat(answer.agentMessage()).isEqualTo((way == Way.JIT) ? "Once" : null);
		Approval approved = with(request, answer);
		if (way == Way.PUSH) {
			assertThat(channel.token(approved)).isNull();
		}
		else {
			assertThat(answer.expiresAt()).isBetween(this.clock.instant(), this.clock.instant().plusSeconds(600));
			assertThat(isActive(token(channel, approved))).isTrue();
		}
		channel.ended(approved);
	}

	@ParameterizedTest
	@EnumSource(names = { "JIT", "CIBA" })
	void aTokenIsWorthNothingAfterTheCall(Way way) {
		ApprovalChannel channel = channel(way);
		Approval request = ask(channel, "refund", ALICE);
		decide("approve", "Once");
		Approval approved = with(request, status(channel, request));
		String token = token(channel, approved);
		assertThat(isActive(token)).isTrue();
		channel.ended(approved);
		assertThat(isActive(token)).isFalse();
	}

	@Test
	void anotherProcessGetsATokenToo() {
		Approval request = ask(channel(Way.CIBA), "refund", ALICE);
		decide("approve", "Once");
		Approval approved = with(request, status(channel(Way.CIBA), request));
		assertThat(isActive(token(channel(Way.CIBA), approved))).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void aDeniedCallDoesNot(Way way) {
		ApprovalChannel channel = channel(way);
		Approval request = ask(channel, "refund", ALICE);
		decide("deny", "Too much");
		ApprovalAnswer answer = status(channel, request);
		assertThat(answer.state()).isEqualTo(ApprovalState.DENIED);
		assertThat(answer.agentMessage()).isEqualTo((way == Way.JIT) ? "Too much" : null);
		assertThat(answer.approvedBy()).isNull();
		channel.ended(with(request, answer));
	}

	@ParameterizedTest
	@EnumSource
	void nobodyDecidesInTime(Way way) {
		ApprovalChannel channel = channel(way);
		Approval request = ask(channel, "refund", ALICE);
		assertThat(request.expiresAt()).isAfter(this.clock.instant());
		this.clock.advance(Duration.ofMinutes(6));
		ApprovalAnswer answer = status(channel, request);
		if (way == Way.JIT) {
			// As LumoAuth does: only the time says so.
			assertThat(answer.state()).isEqualTo(ApprovalState.PENDING);
			assertThat(answer.expiresAt()).isBefore(this.clock.instant());
		}
		else {
			assertThat(answer.state()).isEqualTo(ApprovalState.EXPIRED);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aRuleDecidesAtOnceInBothLayouts(boolean organization) {
		ApprovalChannel channel = ApprovalChannels.jit(api(organization), Duration.ofSeconds(5), this.clock, null);
		Approval request = ask(channel, "lookup", null);
		assertThat(request.state()).isEqualTo(ApprovalState.APPROVED);
		assertThat(request.expiresAt()).isEqualTo(this.clock.instant().plusSeconds(300));
		assertThat(isActive(token(channel, request))).isTrue();
	}

	@Test
	void aCancelledRequestIsTakenBack() {
		ApprovalChannel channel = channel(Way.JIT);
		Approval request = ask(channel, "refund", null);
		channel.ended(request);
		assertThat(status(channel, request).state()).isEqualTo(ApprovalState.CANCELLED);
		assertThat(lastInInbox()).containsEntry("status", "cancelled");
	}

	@ParameterizedTest
	@EnumSource
	void theUserIsAskedOnWhoseBehalfTheCallIs(Way way) throws ParseException {
		ApprovalChannel channel = channel(way);
		Approval request = UserScope.call(UserToken.of(alice()), () -> ask(channel, "refund", "nobody@example.com"));
		assertThat(lastInInbox()).containsEntry("on_behalf_of", "alice");
		decide("approve", "Once");
		ApprovalAnswer answer = status(channel, request);
		assertThat(answer.state()).isEqualTo(ApprovalState.APPROVED);
		if (way != Way.PUSH) {
			assertThat(claims(token(channel, with(request, answer)))).containsEntry("on_behalf_of", "6f0d2f1e-alice");
		}
	}

	@Test
	void somebodyWithoutADeviceCanNotBeAsked() {
		ApprovalChannel channel = channel(Way.PUSH);
		assertThatExceptionOfType(NobodyToAskException.class)
			.isThrownBy(() -> ask(channel, "refund", "carol@example.com"))
			.satisfies((ex) -> assertThat(ex.modelText()).contains("by e-mail"));
		assertThatExceptionOfType(NobodyToAskException.class).isThrownBy(() -> ask(channel, "refund", "bob"))
			.satisfies((ex) -> assertThat(ex.modelText()).contains("no device"));
	}

	@ParameterizedTest
	@EnumSource(names = { "PUSH", "CIBA" })
	void somebodyHasToBeNamedWhomLumoAuthKnows(Way way) {
		ApprovalChannel channel = channel(way);
		assertThatExceptionOfType(NobodyToAskException.class).isThrownBy(() -> ask(channel, "refund", null))
			.withMessageContaining("lumoauth.approvals.approver");
		assertThatExceptionOfType(NobodyToAskException.class)
			.isThrownBy(() -> ask(channel, "refund", "nobody@example.com"))
			.withMessageContaining("lumoauth.approvals.approver");
	}

	private Approval ask(ApprovalChannel channel, String tool, String approver) {
		Instant now = this.clock.instant();
		Approval approval = new Approval(UUID.randomUUID().toString(), 0, ApprovalState.PENDING,
				new ApprovalCall("agt_specialist", null, tool, null, "{\"amount\":4500}"), "Refund 4500 EUR",
				Impact.HIGH, List.of(), List.of(), null, true, null, null, now, now.plusSeconds(60), null, null, null,
				null, null);
		return with(approval,
				channel.ask(new ApprovalQuestion(approval, Map.of("amount", 4500), Duration.ofMinutes(5), approver)));
	}

	private static Approval with(Approval approval, ApprovalAnswer answer) {
		return new Approval(approval.id(), approval.version() + 1, answer.state(), approval.call(), approval.reason(),
				approval.impact(), approval.audiences(), approval.capabilities(), null, true,
				(answer.reference() != null) ? answer.reference() : approval.reference(),
				(answer.task() != null) ? answer.task() : approval.task(), approval.requestedAt(),
				(answer.expiresAt() != null) ? answer.expiresAt() : approval.expiresAt(), null, answer.approvedBy(),
				answer.agentMessage(), null, null);
	}

	private ApprovalAnswer status(ApprovalChannel channel, Approval request) {
		this.clock.advance(channel.interval());
		return channel.status(request);
	}

	private static String token(ApprovalChannel channel, Approval approved) {
		return Objects.requireNonNull(channel.token(approved)).getTokenValue();
	}

	private boolean isActive(String token) {
		return this.client.get(ACME + "/agents/me", Client.bearer(token)).status() == 200;
	}

	private static Map<String, Object> claims(String token) throws ParseException {
		return SignedJWT.parse(token).getJWTClaimsSet().getClaims();
	}

	private Map<Object, Object> lastInInbox() {
		List<?> requests = (List<?>) this.client.get(INBOX).get("requests");
		return new HashMap<>((Map<?, ?>) requests.get(requests.size() - 1));
	}

	private void decide(String decision, String word) {
		Answer decided = this.client.json("POST", INBOX + "/" + lastInInbox().get("id") + "/" + decision,
				"{\"user\":\"alice\",\"agent_message\":\"" + word + "\"}");
		assertThat(decided.status()).as(decided.body()).isEqualTo(200);
	}

}
