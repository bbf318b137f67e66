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

package dev.lumoauth.spring.approval.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.StringUtils;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;

/**
 * The properties {@code lumoauth.approvals.*}: how people are asked to approve calls.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("lumoauth.approvals")
public class LumoAuthApprovalsProperties implements Validator {

	private static final Duration LONGEST = Duration.ofHours(24);

	private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(10);

	/**
	 * How long a call that needs a person's decision waits for it, before it ends with a
	 * text that says so. With '0s' nothing waits. A call that isn't reactive holds its
	 * thread meanwhile.
	 */
	private Duration wait = Duration.ofSeconds(0);

	/**
	 * How people are asked: by a just-in-time permission, a push approval or CIBA.
	 */
	private Channel channel = Channel.JIT;

	/**
	 * How long an approval lasts, and how long a person has to decide if LumoAuth does
	 * not say.
	 */
	private Duration ttl = Duration.ofMinutes(5);

	/**
	 * Time between two status queries to LumoAuth for one request, with the channel
	 * 'jit'.
	 */
	private Duration pollInterval = Duration.ofSeconds(5);

	/**
	 * Address of the application that LumoAuth calls when a request is decided, with the
	 * channel 'jit'. The application's handler passes the 'request_id' to
	 * LumoAuthApprovals.notified.
	 */
	private @Nullable URI callbackUrl;

	/**
	 * Number of calls of one user, or of one conversation without a user, that may wait
	 * for a person. All calls without either count together.
	 */
	private int maxPendingPerUser = 20;

	/**
	 * How long nobody is asked about a tool for a user after a person has denied a call
	 * of it, whatever the arguments. Each further denial within a day doubles the pause,
	 * up to an hour. '0s' sets no pause.
	 */
	private Duration afterDenial = Duration.ofMinutes(1);

	/**
	 * How long the result of an approved call, or its denial, is kept for a caller that
	 * makes the same call again.
	 */
	private Duration keepResults = Duration.ofMinutes(10);

	/**
	 * Whether a person is asked to allow a capability that the agent lacks, for one call,
	 * instead of refusing the call.
	 */
	private boolean requestDenied;

	/**
	 * Whether a permission that a protected server reports as missing is requested, and
	 * the request is then sent again.
	 */
	private boolean escalate;

	/**
	 * Names of arguments that are hidden from the person who decides, at any depth. The
	 * person sees a fingerprint of each value.
	 */
	private List<String> redact = new ArrayList<>();

	/**
	 * User who is asked if a call is on nobody's behalf: an e-mail address or an id. With
	 * the channel 'jit', LumoAuth knows whom to ask.
	 */
	private @Nullable String approver;

	/**
	 * Where approvals are kept. With 'memory', each replica has its own, and they are
	 * lost when its process ends.
	 */
	private Store store = Store.MEMORY;

	private final Jdbc jdbc = new Jdbc();

	@Override
	public boolean supports(Class<?> type) {
		return type == LumoAuthApprovalsProperties.class;
	}

	@Override
	public void validate(Object target, Errors errors) {
		checkTime(errors, "ttl", this.ttl, Duration.ofNanos(1), LONGEST);
		checkTime(errors, "keepResults", this.keepResults, Duration.ZERO, LONGEST);
		checkTime(errors, "afterDenial", this.afterDenial, Duration.ZERO, LONGEST);
		checkTime(errors, "wait", this.wait, Duration.ZERO, LONGEST);
		checkTime(errors, "pollInterval", this.pollInterval, Duration.ofNanos(1), LONGEST_INTERVAL);
		if (!this.redact.stream().allMatch(StringUtils::hasText)) {
			errors.rejectValue("redact", "blank", "has a blank among the names of arguments, such as iban,card-number");
		}
		if (this.approver != null && (this.approver.isBlank() || this.approver.matches("(?s).*\\p{C}.*|\\$\\{.*}"))) {
			errors.rejectValue("approver", "name",
					"has to be a user's e-mail address or id at LumoAuth: it is blank, has a control character, or is "
							+ "a placeholder that nothing resolves");
		}
	}

	private static void checkTime(Errors errors, String name, Duration time, Duration least, Duration most) {
		if (time.compareTo(least) < 0 || time.compareTo(most) > 0) {
			errors.rejectValue(name, "range", "has to be " + (least.isZero() ? "from 0s" : "above zero")
					+ " and at most " + (most.equals(LONGEST) ? "24h" : "10m") + ", with a unit, such as 5s");
		}
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

	public int getMaxPendingPerUser() {
		return this.maxPendingPerUser;
	}

	public void setMaxPendingPerUser(int maxPendingPerUser) {
		this.maxPendingPerUser = maxPendingPerUser;
	}

	public Duration getAfterDenial() {
		return this.afterDenial;
	}

	public void setAfterDenial(Duration afterDenial) {
		this.afterDenial = afterDenial;
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

	public Store getStore() {
		return this.store;
	}

	public void setStore(Store store) {
		this.store = store;
	}

	public Jdbc getJdbc() {
		return this.jdbc;
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

	/**
	 * Where approvals are kept.
	 */
	public enum Store {

		/**
		 * In the process, unless the application has an {@code ApprovalStore} bean.
		 */
		MEMORY,

		/**
		 * In the database of the application's {@code DataSource}.
		 */
		JDBC

	}

	/**
	 * Approvals in a database.
	 */
	public static class Jdbc {

		/**
		 * When to create the table 'lumoauth_approval' at start, if it does not exist.
		 */
		private InitializeSchema initializeSchema = InitializeSchema.EMBEDDED;

		public InitializeSchema getInitializeSchema() {
			return this.initializeSchema;
		}

		public void setInitializeSchema(InitializeSchema initializeSchema) {
			this.initializeSchema = initializeSchema;
		}

	}

	/**
	 * When to create the table: as Spring Boot's {@code DatabaseInitializationMode},
	 * whose module is optional.
	 */
	public enum InitializeSchema {

		/**
		 * Always.
		 */
		ALWAYS,

		/**
		 * In an embedded database.
		 */
		EMBEDDED,

		/**
		 * Never.
		 */
		NEVER

	}

}
