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

package dev.lumoauth.spring.guard;

import java.util.List;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.user.UserRequiredException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the log says of refusals.
 */
@ExtendWith(OutputCaptureExtension.class)
class GuardReportsTests {

	private final GuardReports reports = new GuardReports(() -> "agt_1", List::of);

	@Test
	void warnOnceOfEachReasonWhyThereIsNoUser(CapturedOutput output) {
		GuardedCall call = GuardedCall.ofTool("findOrders", GuardTerms.NONE);
		for (String reason : List.of("The token is of another issuer", "The token is of another issuer", "Nobody")) {
			this.reports.refused(call, new UserRequiredException(reason, null));
		}
		this.reports.refused(call, new LumoAuthUnavailableException("Down", null));
		assertThat(output).contains("'findOrders' is refused. Nobody.")
			.containsOnlyOnce(
					"'findOrders' is refused. The token is of another issuer. Logged once for each such reason.")
			.doesNotContain("Down");
	}

	@Test
	void warnOfALimitedNumberOfReasons(CapturedOutput output) {
		GuardedCall call = GuardedCall.ofTool("findOrders", GuardTerms.NONE);
		for (int i = 0; i < 200; i++) {
			this.reports.refused(call, new UserRequiredException("Reason " + i, null));
		}
		assertThat(output).contains("Reason 99.").doesNotContain("Reason 100.");
	}

}
