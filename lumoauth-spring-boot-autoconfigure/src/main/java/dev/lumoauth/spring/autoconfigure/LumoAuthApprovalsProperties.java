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

package dev.lumoauth.spring.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The properties {@code lumoauth.approvals.*}: how people are asked to approve calls.
 * Where what was asked is kept is in {@code lumoauth.approvals.store}.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("lumoauth.approvals")
public class LumoAuthApprovalsProperties {

	/**
	 * What a call does that waits for a person: ends with a text that says so, or waits a
	 * while first.
	 */
	private Mode mode = Mode.INTERRUPT;

	/**
	 * Time that a call waits for a person, with the mode 'wait'.
	 */
	private Duration wait = Duration.ofSeconds(60);

	/**
	 * How people are asked: by a just-in-time permission, a push approval or CIBA.
	 */
	private Channel channel = Channel.JIT;

	/**
	 * Time for which what is approved lasts, and a person has where LumoAuth does not
	 * say.
	 */
	private Duration ttl = Duration.ofMinutes(5);

	/**
	 * Time between two questions to LumoAuth about one request, with the channel 'jit'.
	 */
	private Duration pollInterval = Duration.ofSeconds(5);

	/**
	 * Address of the application at which LumoAuth is to say that a request is decided,
	 * with the channel 'jit'. What takes the call there hands its 'request_id' to
	 * LumoAuthApprovals.notified.
	 */
	private @Nullable URI callbackUrl;

	/**
	 * Number of calls of an agent that may wait for a person, at most 1000. One more is
	 * refused.
	 */
	private int maxPending = 1_000;

	/**
	 * Number of them that may be one user's, or one conversation's.
	 */
	private int maxPendingPerUser = 20;

	/**
	 * Time for which the result of an approved call, or that it was denied, is told to
	 * who makes the same call again.
	 */
	private Duration keepResults = Duration.ofMinutes(10);

	/**
	 * Whether a capability that the agent lacks is asked for, for one call, instead of
	 * refusing the call.
	 */
	private boolean requestDenied;

	/**
	 * Whether a permission is asked for that a protected server says is missing, and the
	 * request sent again.
	 */
	private boolean escalate;

	/**
	 * Names of arguments that the person who decides does not see, at whatever depth.
	 */
	private List<String> redact = new ArrayList<>();

	/**
	 * User who is asked where a call is on nobody's behalf: an e-mail address or an id.
	 * With the channel 'jit' LumoAuth knows whom to ask.
	 */
	private @Nullable String approver;

	public Mode getMode() {
		return this.mode;
	}

	public void setMode(Mode mode) {
		this.mode = mode;
	}

	public Duration getWait() {
		return this.wait;
	}

	public void setWait(Duration wait) {
		this.wait = wait;
	}

	public Channel getChannel() {
		return this.channel;
	}

	public void setChannel(Channel channel) {
		this.channel = channel;
	}

	public Duration getTtl() {
		return this.ttl;
	}

	public void setTtl(Duration ttl) {
		this.ttl = ttl;
	}

	public Duration getPollInterval() {
		return this.pollInterval;
	}

	public void setPollInterval(Duration pollInterval) {
		this.pollInterval = pollInterval;
	}

	public @Nullable URI getCallbackUrl() {
		return this.callbackUrl;
	}

	public void setCallbackUrl(@Nullable URI callbackUrl) {
		this.callbackUrl = callbackUrl;
	}

	public int getMaxPending() {
		return this.maxPending;
	}

	public void setMaxPending(int maxPending) {
		this.maxPending = maxPending;
	}

	public int getMaxPendingPerUser() {
		return this.maxPendingPerUser;
	}

	public void setMaxPendingPerUser(int maxPendingPerUser) {
		this.maxPendingPerUser = maxPendingPerUser;
	}

	public Duration getKeepResults() {
		return this.keepResults;
	}

	public void setKeepResults(Duration keepResults) {
		this.keepResults = keepResults;
	}

	public boolean isRequestDenied() {
		return this.requestDenied;
	}

	public void setRequestDenied(boolean requestDenied) {
		this.requestDenied = requestDenied;
	}

	public boolean isEscalate() {
		return this.escalate;
	}

	public void setEscalate(boolean escalate) {
		this.escalate = escalate;
	}

	public List<String> getRedact() {
		return this.redact;
	}

	public void setRedact(List<String> redact) {
		this.redact = redact;
	}

	public @Nullable String getApprover() {
		return this.approver;
	}

	public void setApprover(@Nullable String approver) {
		this.approver = approver;
	}

	/**
	 * What a call does that waits for a person.
	 */
	public enum Mode {

		/**
		 * It ends at once with a text that says so. Nothing waits.
		 */
		INTERRUPT,

		/**
		 * It waits, and then ends with that text. A call that isn't reactive holds its
		 * thread meanwhile.
		 */
		WAIT

	}

	/**
	 * How people are asked.
	 */
	public enum Channel {

		/**
		 * By a just-in-time permission: LumoAuth's rules and reviewers decide.
		 */
		JIT,

		/**
		 * By a push message to the user's device.
		 */
		PUSH,

		/**
		 * By Client-Initiated Backchannel Authentication (OpenID Connect CIBA).
		 */
		CIBA

	}

}
