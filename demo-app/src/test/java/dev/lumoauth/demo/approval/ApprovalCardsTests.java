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

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.lumoauth.demo.chat.ChatFailure;
import dev.lumoauth.demo.outbox.Outbox;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalCall;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalRequestedEvent;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovedCallEvent;
import dev.lumoauth.spring.approval.Impact;
import org.junit.jupiter.api.Test;

import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ApprovalCards}.
 */
class ApprovalCardsTests {

	private final Told told = new Told();

	@Test
	void showsHowACallStandsFromStepToStep() {
		ApprovalCards cards = cards();
		cards.requested(new ApprovalRequestedEvent(this, approval("1", ApprovalState.PENDING)));
		cards.decided(new ApprovalDecidedEvent(this, approval("1", ApprovalState.APPROVED), true));
		cards.ran(new ApprovedCallEvent(this, approval("1", ApprovalState.RUNNING)));
		cards.ran(new ApprovedCallEvent(this, approval("1", ApprovalState.DONE)));
		cards.text("1", "It is ");
		cards.text("1", "sent.");
		cards.answered("1", null);
		assertThat(this.told.cards).extracting(ApprovalCard::state)
			.containsExactly(ApprovalState.PENDING, ApprovalState.APPROVED, ApprovalState.RUNNING, ApprovalState.DONE,
					ApprovalState.DONE);
		assertThat(this.told.cards).extracting(ApprovalCard::answering).containsExactly(false, true, true, true, false);
		assertThat(opened(cards)).singleElement().returns("It is sent.", ApprovalCard::answer);
	}

	@Test
	void saysWhyThereIsNoAnswer() {
		ApprovalCards cards = cards();
		cards.requested(new ApprovalRequestedEvent(this, approval("1", ApprovalState.PENDING)));
		cards.decided(new ApprovalDecidedEvent(this, approval("1", ApprovalState.DENIED), true));
		cards.answered("1", new ChatFailure("budget", "Nothing left"));
		assertThat(opened(cards)).singleElement().satisfies((card) -> {
			assertThat(card.failure()).isEqualTo(new ChatFailure("budget", "Nothing left"));
			assertThat(card.answering()).isFalse();
		});
	}

	@Test
	void showsNothingOfACallThatNobodyHadToWaitFor() {
		ApprovalCards cards = cards();
		Approval approved = approval("1", ApprovalState.APPROVED);
		cards.requested(new ApprovalRequestedEvent(this, approved));
		cards.decided(new ApprovalDecidedEvent(this, approved, true));
		cards.text("1", "Text");
		assertThat(cards.has(approved)).isFalse();
		assertThat(this.told.cards).isEmpty();
	}

	@Test
	void forgetsWhatIsOverFirst() {
		ApprovalCards cards = cards();
		for (int i = 0; i < 20; i++) {
			cards.requested(new ApprovalRequestedEvent(this, approval("" + i, ApprovalState.PENDING)));
		}
		cards.decided(new ApprovalDecidedEvent(this, approval("7", ApprovalState.DENIED), true));
		cards.decided(new ApprovalDecidedEvent(this, approval("8", ApprovalState.DENIED), true));
		cards.answered("8", null);
		cards.requested(new ApprovalRequestedEvent(this, approval("20", ApprovalState.PENDING)));
		assertThat(opened(cards)).extracting(ApprovalCard::id).contains("0", "7", "20").doesNotContain("8").hasSize(20);
	}

	@Test
	void showsArgumentsAsTheyAreAndNoLongerThanCanBeRead() {
		ApprovalCards cards = cards();
		cards.requested(new ApprovalRequestedEvent(this, approval("1", ApprovalState.PENDING)));
		Map<String, String> arguments = this.told.cards.get(0).arguments();
		assertThat(arguments).containsOnlyKeys("count", "list", "long", "text")
			.containsEntry("count", "2")
			.containsEntry("list", "[1,2]")
			.containsEntry("text", "a\uFFFDb\nc");
		assertThat(arguments.get("long")).endsWith("x… (cut)").hasSizeLessThan(1_020);
	}

	private ApprovalCards cards() {
		return new ApprovalCards(this.told, mock(Outbox.class));
	}

	private List<ApprovalCard> opened(ApprovalCards cards) {
		cards.open();
		return this.told.opened;
	}

	private static Approval approval(String id, ApprovalState state) {
		Instant now = Instant.now();
		String arguments = "{\"count\":2,\"list\":[1,2],\"long\":\"" + "x".repeat(2_000)
				+ "\",\"text\":\"a\u202Eb\\nc\"}";
		return new Approval(id, 0, state, new ApprovalCall("agt_1", null, "sendReport", null, arguments), "Send it",
				Impact.HIGH, List.of(), List.of(), "chat", true, null, null, now, now.plusSeconds(60), null, null, null,
				null, null);
	}

	private static final class Told extends ApprovalStream {

		private final List<ApprovalCard> cards = new ArrayList<>();

		private List<ApprovalCard> opened = List.of();

		@Override
		SseEmitter open(Map<String, Object> first) {
			this.opened = ((List<?>) first.get("cards")).stream().map(ApprovalCard.class::cast).toList();
			return new SseEmitter();
		}

		@Override
		void tell(String event, Object data) {
			if (event.equals("card")) {
				this.cards.add((ApprovalCard) data);
			}
		}

	}

}
