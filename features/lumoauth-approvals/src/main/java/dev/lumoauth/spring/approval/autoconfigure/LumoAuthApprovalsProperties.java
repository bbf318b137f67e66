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
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.StringUtils;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;

/**
 * The properties {@code lumoauth.approvals.*}: how people are asked to approve calls.
 *
 * @param patience How long a call that needs a person's decision waits for it, holding
 * its thread unless it is reactive.
 * @param channel How people are asked: by a just-in-time permission, a push approval or
 * CIBA.
 * @param ttl How long an approval lasts, and how long a person has to decide if LumoAuth
 * does not say.
 * @param pollInterval Time between two status queries to LumoAuth for one request, with
 * the channel 'jit'.
 * @param callbackUrl Address of the application that LumoAuth calls when a request is
 * decided, with the channel 'jit'; its handler calls LumoAuthApprovals.notified.
 * @param maxPendingPerUser Number of calls of one user, or of one conversation without a
 * user, that may wait for a person.
 * @param afterDenial How long nobody is asked about a tool for a user after a person has
 * denied a call of it; doubled by each further denial within a day, up to an hour.
 * @param keepResults How long the result of an approved call, or its denial, is kept for
 * a caller that makes the same call again.
 * @param requestDenied Whether a person is asked to allow a capability that the agent
 * lacks, for one call, instead of refusing the call.
 * @param escalate Whether a permission that a protected server reports as missing is
 * requested, and the request is then sent again.
 * @param redact Names of arguments, at any depth, of which the person who decides sees
 * only a fingerprint.
 * @param approver User who is asked if a call is on nobody's behalf, by e-mail address or
 * id, except with the channel 'jit'.
 * @param store Where approvals are kept; with 'memory' they end with the process.
 * @param jdbc Approvals in a database.
 * @since 0.1.0
 */
@ConfigurationProperties("lumoauth.approvals")
public record LumoAuthApprovalsProperties(@Name("wait") @DefaultValue("0s") Duration patience,
		@DefaultValue("jit") Channel channel, @DefaultValue("5m") Duration ttl,
		@DefaultValue("5s") Duration pollInterval, @Nullable URI callbackUrl, @DefaultValue("20") int maxPendingPerUser,
		@DefaultValue("1m") Duration afterDenial, @DefaultValue("10m") Duration keepResults, boolean requestDenied,
		boolean escalate, @DefaultValue List<String> redact, @Nullable String approver,
		@DefaultValue("memory") Store store, @DefaultValue Jdbc jdbc) implements Validator {

	private static final Duration LONGEST = Duration.ofHours(24);

	private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(10);

	@Override
	public boolean supports(Class<?> type) {
		return type == LumoAuthApprovalsProperties.class;
	}

	@Override
	public void validate(Object target, Errors errors) {
		checkTime(errors, "ttl", this.ttl, Duration.ofNanos(1), LONGEST);
		checkTime(errors, "keepResults", this.keepResults, Duration.ZERO, LONGEST);
		checkTime(errors, "afterDenial", this.afterDenial, Duration.ZERO, LONGEST);
		checkTime(errors, "wait", this.patience, Duration.ZERO, LONGEST);
		checkTime(errors, "pollInterval", this.pollInterval, Duration.ofNanos(1), LONGEST_INTERVAL);
		if (this.callbackUrl != null && (this.callbackUrl.getHost() == null
				|| !Set.of("https", "http").contains(String.valueOf(this.callbackUrl.getScheme())))) {
			errors.rejectValue("callbackUrl", "url",
					"has to be an address that LumoAuth can call, such as https://app.example.com/lumoauth");
		}
		if (this.maxPendingPerUser < 1) {
			errors.rejectValue("maxPendingPerUser", "range", "has to be at least 1: with fewer, nobody is ever asked");
		}
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
	 *
	 * @param initializeSchema When to create the table 'lumoauth_approval' at start, if
	 * it does not exist.
	 */
	public record Jdbc(@DefaultValue("embedded") InitializeSchema initializeSchema) {
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
