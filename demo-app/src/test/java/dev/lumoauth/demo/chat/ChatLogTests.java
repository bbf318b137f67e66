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

package dev.lumoauth.demo.chat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.lumoauth.demo.journey.Journey;
import dev.lumoauth.demo.journey.JourneyListener;
import dev.lumoauth.demo.journey.NumberedStep;
import dev.lumoauth.demo.journey.Step;
import dev.lumoauth.demo.outbox.Outbox;
import dev.lumoauth.spring.LumoAuthUnavailableException;
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
 * Tests for {@link ChatLog}.
 */
class ChatLogTests {

	private static final NumberedStep STEP = new NumberedStep(new Step.ToolResult("tool", "result"), 1);

	private final Told told = new Told();

	private final ChatLog log = new ChatLog(this.told, mock(Outbox.class), mock(Gauges.class));

	@Test
	void showsAQuestionAndWhatComesOfItToEachPageAlsoToOneThatIsOpenedLater() {
		List<NumberedStep> also = new ArrayList<>();
		JourneyListener listener = new JourneyListener() {

			@Override
			public void step(NumberedStep step) {
				also.add(step);
			}

		};
		this.log.ask("Why?", listener, (writer) -> {
			writer.doing("Thinking");
			writer.step(STEP);
			writer.text("Be");
			assertThat(opened()).singleElement().satisfies((entry) -> {
				assertThat(entry.question()).isEqualTo("Why?");
				assertThat(entry.answering()).isTrue();
				assertThat(entry.doing()).isEqualTo("Thinking");
				assertThat(entry.steps()).containsExactly(STEP);
				assertThat(entry.answer()).isEqualTo("Be");
			});
			writer.text("cause.");
			return new Journey("Because.", null, List.of());
		});
		assertThat(this.told.events).containsExactly("entry", "doing", "step", "text", "text", "entry");
		assertThat(opened()).singleElement()
			.returns("Because.", ChatEntry::answer)
			.returns(false, ChatEntry::answering)
			.returns(null, ChatEntry::doing);
		assertThat(also).containsExactly(STEP);
	}

	@Test
	void showsHowACallStandsFromStepToStep() {
		this.log.requested(new ApprovalRequestedEvent(this, approval("1", ApprovalState.PENDING)));
		this.log.decided(new ApprovalDecidedEvent(this, approval("1", ApprovalState.APPROVED), true));
		this.log.goOn(approval("1", ApprovalState.APPROVED), (writer) -> {
			this.log.ran(new ApprovedCallEvent(this, approval("1", ApprovalState.RUNNING)));
			this.log.ran(new ApprovedCallEvent(this, approval("1", ApprovalState.DONE)));
			writer.text("It is sent.");
			return new Journey("It is sent.", null, List.of());
		});
		assertThat(this.told.entries).extracting((entry) -> entry.card().state())
			.containsExactly(ApprovalState.PENDING, ApprovalState.APPROVED, ApprovalState.RUNNING, ApprovalState.DONE,
					ApprovalState.DONE);
		assertThat(this.told.entries).extracting(ChatEntry::answering).containsExactly(false, true, true, true, false);
		assertThat(opened()).singleElement().returns("It is sent.", ChatEntry::answer);
	}

	@Test
	void saysWhyThereIsNoAnswer() {
		this.log.ask("Why?", JourneyListener.NONE,
				(writer) -> new Journey(null, new LumoAuthUnavailableException("Gone", null), List.of()));
		assertThat(opened()).singleElement().satisfies((entry) -> {
			assertThat(entry.failure()).isEqualTo(new ChatFailure("unavailable", "Gone"));
			assertThat(entry.answering()).isFalse();
		});
	}

	@Test
	void showsNothingOfACallThatNobodyHadToWaitFor() {
		Approval approved = approval("1", ApprovalState.APPROVED);
		this.log.requested(new ApprovalRequestedEvent(this, approved));
		this.log.decided(new ApprovalDecidedEvent(this, approved, true));
		assertThat(this.log.has(approved)).isFalse();
		assertThat(this.told.events).isEmpty();
	}

	@Test
	void forgetsWhatIsOverFirst() {
		for (int i = 0; i < 40; i++) {
			this.log.requested(new ApprovalRequestedEvent(this, approval("" + i, ApprovalState.PENDING)));
		}
		this.log.decided(new ApprovalDecidedEvent(this, approval("7", ApprovalState.DENIED), true));
		this.log.decided(new ApprovalDecidedEvent(this, approval("8", ApprovalState.DENIED), true));
		this.log.goOn(approval("8", ApprovalState.DENIED), (writer) -> new Journey("", null, List.of()));
		this.log.requested(new ApprovalRequestedEvent(this, approval("40", ApprovalState.PENDING)));
		assertThat(opened()).extracting(ChatEntry::id).contains("0", "7", "40").doesNotContain("8").hasSize(40);
	}

	@Test
	void showsArgumentsAsTheyAre() {
		this.log.requested(new ApprovalRequestedEvent(this, approval("1", ApprovalState.PENDING)));
		Map<String, String> arguments = this.told.entries.get(0).card().arguments();
		assertThat(arguments).containsOnlyKeys("count", "list", "long", "text")
			.containsEntry("count", "2")
			.containsEntry("long", "x".repeat(2_000))
			.containsEntry("list", "[1,2]")
			.containsEntry("text", "a\uFFFDb\nc");
	}

	private List<ChatEntry> opened() {
		this.log.open();
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

	private static final class Told extends PageStream {

		private final List<String> events = new ArrayList<>();

		private final List<ChatEntry> entries = new ArrayList<>();

		private List<ChatEntry> opened = List.of();

		@Override
		SseEmitter open(Map<String, Object> first) {
			this.opened = ((List<?>) first.get("entries")).stream().map(ChatEntry.class::cast).toList();
			return new SseEmitter();
		}

		@Override
		void tell(String event, Object data) {
			this.events.add(event);
			if (data instanceof ChatEntry entry) {
				this.entries.add(entry);
			}
		}

	}

}
