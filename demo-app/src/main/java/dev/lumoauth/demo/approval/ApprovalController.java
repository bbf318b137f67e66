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

package dev.lumoauth.demo.approval;

import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The calls that a person decides about, as server-sent events: {@code all} that is known
 * at first, then {@code card} for each change of one, {@code step} and {@code text} for
 * an answer that goes on, and {@code sent} for a report.
 */
@RestController
class ApprovalController {

	private final ApprovalCards cards;

	ApprovalController(ApprovalCards cards) {
		this.cards = cards;
	}

	@GetMapping(path = "/approvals", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	ResponseEntity<SseEmitter> approvals() {
		return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(this.cards.open());
	}

}
