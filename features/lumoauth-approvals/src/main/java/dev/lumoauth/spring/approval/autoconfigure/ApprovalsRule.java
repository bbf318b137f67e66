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
import java.util.Set;

import dev.lumoauth.spring.approval.autoconfigure.LumoAuthApprovalsProperties.Channel;
import dev.lumoauth.spring.approval.autoconfigure.LumoAuthApprovalsProperties.Mode;
import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.http.Origin;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Rules for {@code lumoauth.approvals}.
 */
final class ApprovalsRule {

	private static final Log logger = LogFactory.getLog(ApprovalsRule.class);

	private static final String PREFIX = "lumoauth.approvals";

	private static final int MAX_CONCURRENCY = 1_000;

	private static final Duration LONGEST = Duration.ofHours(24);

	/** LumoAuth accepts 30 queries a minute for all pending requests of an agent. */
	private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

	private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(10);

	/** The shortest lifetime of LumoAuth's just-in-time permissions. */
	private static final Duration SHORTEST_PERMISSION = Duration.ofMinutes(1);

	private static final Duration LONGEST_PERMISSION = Duration.ofMinutes(15);

	private final LumoAuthApprovalsProperties properties;

	private final ConfigurationProblems problems;

	ApprovalsRule(LumoAuthApprovalsProperties properties, ConfigurationProblems problems) {
		this.properties = properties;
		this.problems = problems;
	}

	/**
	 * Check the configuration, and log settings that are allowed but have another effect
	 * than expected.
	 * @param url the address of LumoAuth
	 */
	void check(String url) {
		check(uri(url));
		warn();
	}

	private static @Nullable URI uri(String url) {
		try {
			return URI.create(url);
		}
		catch (IllegalArgumentException ex) {
			return null; // said elsewhere
		}
	}

	/**
	 * Check the configuration.
	 * @param url the address of LumoAuth; {@code null} if the address itself is not valid
	 */
	void check(@Nullable URI url) {
		checkTimes();
		checkInterval(url);
		checkConcurrency();
		for (String name : this.properties.getRedact()) {
			if (!StringUtils.hasText(name)) {
				this.problems.add(PREFIX + ".redact has a name that is blank.",
						"Set " + PREFIX + ".redact to names of arguments, such as iban,card-number.");
				break;
			}
		}
		String approver = this.properties.getApprover();
		if (approver != null && (approver.isBlank() || approver.matches("(?s).*\\p{C}.*"))) {
			this.problems.add(PREFIX + ".approver is blank, or has a control character.",
					"Set " + PREFIX + ".approver to a user's e-mail address or id at LumoAuth, or leave it out.");
		}
		else if (approver != null) {
			if (approver.startsWith("${") && approver.endsWith("}")) {
				this.problems.add(
						PREFIX + ".approver is the placeholder " + ConfigurationProblems.quote(approver)
								+ ", which nothing resolves.",
						"Set the property or environment variable that it names.");
			}
		}
	}

	private void checkTimes() {
		Duration ttl = this.properties.getTtl();
		if (!isPositive(ttl) || ttl.compareTo(LONGEST) > 0) {
			this.problems.add(PREFIX + ".ttl is " + ttl + ", and has to be above zero and at most 24 h.",
					"Set " + PREFIX + ".ttl to the time for which an approval lasts, such as 5m.");
		}
		Duration keepResults = this.properties.getKeepResults();
		if (keepResults.isNegative() || keepResults.compareTo(LONGEST) > 0) {
			this.problems.add(PREFIX + ".keep-results is " + keepResults + ", and has to be from 0s to 24 h.",
					"Set " + PREFIX + ".keep-results to a time such as 10m, or to 0s to keep no result.");
		}
		Duration afterDenial = this.properties.getAfterDenial();
		if (afterDenial.isNegative() || afterDenial.compareTo(LONGEST) > 0) {
			this.problems.add(PREFIX + ".after-denial is " + afterDenial + ", and has to be from 0s to 24 h.",
					"Set " + PREFIX + ".after-denial to a time such as 1m, or to 0s for no pause.");
		}
		Duration wait = this.properties.getWait();
		boolean waits = this.properties.getMode() == Mode.WAIT;
		if (wait.isNegative() || wait.compareTo(LONGEST) > 0 || (waits && wait.isZero())) {
			this.problems.add(
					PREFIX + ".wait is " + wait
							+ (waits ? ", and with lumoauth.approvals.mode=wait has to be above zero and at most 24 h."
									: ", and has to be from 0s to 24 h."),
					"Set " + PREFIX + ".wait to the time that a call waits for a person, such as 60s, or set " + PREFIX
							+ ".mode to interrupt, with which nothing waits.");
		}
	}

	/**
	 * A LumoAuth on this machine, such as the dev server, may be asked more often.
	 */
	private void checkInterval(@Nullable URI url) {
		Duration interval = this.properties.getPollInterval();
		boolean local = url != null && Origin.isLoopback(url.getHost());
		boolean tooShort = local ? !isPositive(interval) : interval.compareTo(SHORTEST_INTERVAL) < 0;
		if (tooShort || interval.compareTo(LONGEST_INTERVAL) > 0) {
			this.problems.add(PREFIX + ".poll-interval is " + interval
					+ ", and has to be from 1 s to 10 min, or below 1 s for " + "a LumoAuth on this machine.",
					"Set " + PREFIX + ".poll-interval to a time such as 5s.");
		}
	}

	private void checkConcurrency() {
		int concurrency = this.properties.getConcurrency();
		if (concurrency < 1 || concurrency > MAX_CONCURRENCY) {
			this.problems.add(
					PREFIX + ".concurrency is " + concurrency + ", and has to be from 1 to " + MAX_CONCURRENCY + ".",
					"Set " + PREFIX + ".concurrency to the number of chats that the application can continue at a "
							+ "time, such as 8.");
		}
	}

	private static boolean isPositive(Duration duration) {
		return !duration.isNegative() && !duration.isZero();
	}

	/**
	 * Log settings that are allowed but have another effect than expected.
	 */
	void warn() {
		Duration ttl = this.properties.getTtl();
		if (this.properties.getChannel() == Channel.JIT
				&& (ttl.compareTo(SHORTEST_PERMISSION) < 0 || ttl.compareTo(LONGEST_PERMISSION) > 0)) {
			logger.warn(PREFIX + ".ttl is " + ttl
					+ ", but LumoAuth's just-in-time permissions last from 1 to 15 minutes: the nearest time in "
					+ "this range is requested.");
		}
	}

}
