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

import dev.lumoauth.spring.approval.autoconfigure.LumoAuthApprovalsProperties.Channel;
import dev.lumoauth.spring.approval.autoconfigure.LumoAuthApprovalsProperties.Mode;
import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class ApprovalsRuleTests {

	private static final URI LUMOAUTH = URI.create("https://app.lumoauth.dev");

	private static final URI DEV_SERVER = URI.create("http://127.0.0.1:8180");

	private final LumoAuthApprovalsProperties properties = new LumoAuthApprovalsProperties();

	private final ConfigurationProblems problems = new ConfigurationProblems();

	private final ApprovalsRule rule = new ApprovalsRule(this.properties, this.problems);

	@Test
	void acceptsTheDefaults(CapturedOutput output) {
		this.rule.check(LUMOAUTH);
		this.rule.warn();
		assertThat(this.problems.size()).isZero();
		assertThat(output).isEmpty();
	}

	@Test
	void acceptsTheLimits() {
		this.properties.setTtl(Duration.ofHours(24));
		this.properties.setKeepResults(Duration.ZERO);
		this.properties.setWait(Duration.ZERO);
		this.properties.setPollInterval(Duration.ofSeconds(1));
		this.rule.check(LUMOAUTH);
		assertThat(this.problems.size()).isZero();
	}

	@Test
	void reportsAllThatIsWrongAtOnce() {
		this.properties.setTtl(Duration.ZERO);
		this.properties.setKeepResults(Duration.ofSeconds(-1));
		this.properties.setWait(Duration.ofSeconds(-1));
		this.properties.setPollInterval(Duration.ofMillis(999));
		this.properties.setRedact(List.of("iban", " "));
		this.properties.setApprover(" ");
		this.rule.check(LUMOAUTH);
		assertThat(problems()).extracting(Problem::description)
			.containsExactly("lumoauth.approvals.ttl is PT0S, and has to be above zero and at most 24 h.",
					"lumoauth.approvals.keep-results is PT-1S, and has to be from 0s to 24 h.",
					"lumoauth.approvals.wait is PT-1S, and has to be from 0s to 24 h.",
					"lumoauth.approvals.poll-interval is PT0.999S, and has to be from 1 s to 10 min, or below 1 s for "
							+ "a LumoAuth on this machine.",
					"lumoauth.approvals.redact has a name that is blank.",
					"lumoauth.approvals.approver is blank, or has a control character.");
	}

	@Test
	void refusesToWaitForNoTime() {
		this.properties.setMode(Mode.WAIT);
		this.properties.setWait(Duration.ZERO);
		this.rule.check(LUMOAUTH);
		assertThat(problems()).singleElement().satisfies((problem) -> {
			assertThat(problem.description()).isEqualTo("lumoauth.approvals.wait is PT0S, and with "
					+ "lumoauth.approvals.mode=wait has to be above zero and at most 24 h.");
			assertThat(problem.action()).contains("such as 60s").contains("lumoauth.approvals.mode to interrupt");
		});
	}

	@Test
	void takesShortIntervalsForALumoAuthOnThisMachine() {
		this.properties.setPollInterval(Duration.ofMillis(50));
		this.rule.check(DEV_SERVER);
		assertThat(this.problems.size()).isZero();
		this.properties.setPollInterval(Duration.ZERO);
		this.rule.check(DEV_SERVER);
		assertThat(this.problems.size()).isOne();
	}

	@Test
	void namesAPlaceholderThatNothingResolves() {
		this.properties.setApprover("${APPROVER}");
		this.rule.check(LUMOAUTH);
		assertThat(problems()).singleElement()
			.satisfies((problem) -> assertThat(problem.description())
				.startsWith("lumoauth.approvals.approver is the placeholder '${APPROVER}'"));
	}

	@Test
	void saysThatPermissionsLastFrom1To15Minutes(CapturedOutput output) {
		this.properties.setTtl(Duration.ofHours(1));
		this.properties.setChannel(Channel.PUSH);
		this.rule.warn();
		assertThat(output).isEmpty();
		this.properties.setChannel(Channel.JIT);
		this.rule.warn();
		assertThat(output).contains("lumoauth.approvals.ttl is PT1H").contains("from 1 to 15 minutes");
	}

	private List<Problem> problems() {
		return this.problems.asException().problems();
	}

}
