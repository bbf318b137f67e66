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

package dev.lumoauth.spring.approval;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Requests as channels get them.
 */
public final class Asked {

	public static final String ID = "0190-1";

	private Asked() {
	}

	public static Approval approval(@Nullable String reference, @Nullable String task) {
		return approval(reference, task, List.of(), List.of(), null);
	}

	public static Approval approval(@Nullable String reference, @Nullable String task, List<String> audiences,
			List<String> capabilities, @Nullable String user) {
		return new Approval(ID, 0, ApprovalState.PENDING,
				new ApprovalCall("agt_test", user, "refund", null, "{\"amount\":4500,\"card\":\"4111-MARKER\"}"),
				"Refund 4500 EUR", Impact.HIGH, audiences, capabilities, null, true, reference, task,
				Instant.parse("2026-05-04T10:00:00Z"), Instant.parse("2026-05-04T10:05:00Z"), null, null, null, null,
				null);
	}

	public static ApprovalQuestion question(@Nullable String approver) {
		return question(approval(null, null), approver, Duration.ofMinutes(5));
	}

	public static ApprovalQuestion question(Approval approval, @Nullable String approver, Duration ttl) {
		Map<String, @Nullable Object> shown = new LinkedHashMap<>();
		shown.put("amount", 4500);
		shown.put("card", "***");
		shown.put("note", null);
		return new ApprovalQuestion(approval, shown, ttl, approver);
	}

}
