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
package dev.lumoauth.kotlin

import dev.lumoauth.spring.approval.ApprovalPendingException
import dev.lumoauth.spring.approval.CallNotShownException
import dev.lumoauth.spring.approval.RequiresApproval
import dev.lumoauth.spring.approval.process.Approvals
import dev.lumoauth.spring.approval.process.ApprovalsBuilder
import dev.lumoauth.spring.guard.GateSource
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.catchThrowable
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import reactor.core.publisher.Mono
import kotlin.time.Duration

/**
 * That a person approves what a function of Kotlin gets.
 */
@Timeout(60)
class ApprovalsWithBridgeTests {

	private val application = GuardedApplication()

	private val people = People()

	private val approvals = ApprovalsBuilder("agt_1") { people }.build()

	@Test
	fun runsASuspendFunctionOnceForEachApproval() = payments {
		asksAPerson { it.later("bob") }
		assertThat(people.read()).containsExactly("""Pay bob {"to":"bob"}""")
		people.approve()
		assertThat(runBlocking { it.later("bob") }).isEqualTo("later bob")
		asksAPerson { it.later("bob") }
		assertThat(application.ran).hasSize(1)
		assertThat(approvals.undecided()).isEmpty()
	}

	@Test
	fun resumesASuspendFunction() = payments {
		asksAPerson { it.later("bob") }
		people.approve()
		val result = approvals.resume(people.questions[0].approval().id())
		assertThat((result as Mono<*>).block()).isEqualTo("later bob")
		assertThat(application.ran).containsExactly("later")
	}

	@Test
	fun endsASuspendFunctionThatIsCancelled() = payments {
		people.atOnce = true
		runBlocking {
			val job = launch(Dispatchers.Default) { it.endless("bob") }
			it.started.await()
			job.cancelAndJoin()
			while (approvals.undecided().isNotEmpty()) {
				yield()
			}
		}
		assertThat(application.ran).containsExactly("endless")
		assertThat(people.questions).hasSize(1)
	}

	@Test
	fun asksASuspendFunctionsCondition() = payments {
		assertThat(runBlocking { it.above(100) }).isEqualTo(100)
		asksAPerson { it.above(101) }
	}

	/** Spring would call the function with the default value. */
	@Test
	fun refusesANullInPlaceOfADefaultValue() = payments {
		refuses("the argument 'iban' is null") { it.refund("bob", null) }
		asksAPerson { it.refund("bob", "DE1") }
		asksAPerson { it.note("bob", null) }
		people.approve()
		assertThat(runBlocking { it.refund("bob", "DE1") }).isEqualTo("to DE1")
		assertThat(runBlocking { it.note("bob", null) }).isEqualTo("note null")
	}

	@ParameterizedTest
	@ValueSource(classes = [TakesUInt::class, TakesULong::class, TakesDuration::class, TakesCents::class, TakesLater::class])
	fun refusesANumberThatAPersonWouldReadAsAnother(type: Class<*>) {
		val refusal = application.refusesToStart(type)
		assertThat(refusal.description).contains("take-", "takes a number of a value class")
	}

	@Test
	fun asksNobodyAboutANumberThatAPersonWouldReadAsAnother() = with(Unsigned::class.java, { Unsigned(application) }) {
		people.atOnce = true
		refuses("the argument 2 is a number of a value class") { it.pay("bob", 4_000_000_000u) }
		refuses("kotlin.UInt") { it.payAll(listOf(1u)) }
		assertThat(it.payFor(MangledFunctionTests.Id("a"), 7)).isEqualTo(7)
	}

	@Test
	fun refusesAMapWithAValueForEachKey() = payments {
		refuses("which can't be shown whole") { it.limits(mapOf("a" to 1).withDefault { 5 }) }
		refuses("which can't be shown whole") { it.limits(mutableMapOf("a" to 1).withDefault { 5 }) }
		asksAPerson { it.limits(mapOf("a" to 1)) }
	}

	private fun refuses(why: String, call: suspend () -> Any?) {
		val asked = people.questions.size
		assertThat(catchThrowable { runBlocking { call() } }).isInstanceOf(CallNotShownException::class.java)
			.hasMessageContaining(why)
		assertThat(people.questions).hasSize(asked)
		assertThat(application.ran).isEmpty()
	}

	private fun payments(use: (Payments) -> Unit) = with(Payments::class.java, { Payments(application) }, use)

	private fun <T : Any> with(type: Class<T>, bean: () -> T, use: (T) -> Unit) {
		application.runner
			.withBean(GateSource::class.java, { GateSource { listOf(Approvals.gate { approvals }) } })
			.withBean("bean", type, bean)
			.run { context ->
				assertThat(context).hasNotFailed()
				use(context.getBean(type))
			}
	}

	private fun asksAPerson(call: suspend () -> Any?) {
		assertThat(catchThrowable { runBlocking { call() } }).isInstanceOf(ApprovalPendingException::class.java)
	}

	open class Payments(private val application: GuardedApplication) {

		open val started = CompletableDeferred<Unit>()

		@RequiresApproval(reason = "Pay {to}")
		open suspend fun later(to: String): String {
			application.ran.add("later")
			return withContext(Dispatchers.Default) { "later $to" }
		}

		@RequiresApproval(reason = "Pay {to}")
		open suspend fun endless(to: String) {
			application.ran.add("endless")
			started.complete(Unit)
			CompletableDeferred<Unit>().await()
		}

		@RequiresApproval(reason = "Pay {amount}", `when` = "#amount > 100")
		open suspend fun above(amount: Int) = application.runs(amount)

		@RequiresApproval(reason = "Refund {customer}")
		open suspend fun refund(customer: String, iban: String? = "DE-default") = "to $iban"

		@RequiresApproval(reason = "Write to {customer}")
		open suspend fun note(customer: String, text: String?) = "note $text"

		@RequiresApproval(reason = "Limit")
		open fun limits(limits: Map<String, Int>) = application.runs(limits.getValue("b"))

	}

	open class TakesUInt {

		@RequiresApproval(reason = "Pay {amount}", `when` = "#amount > 100")
		open fun take(amount: UInt) = amount

	}

	open class TakesULong {

		@RequiresApproval(reason = "Pay")
		open fun take(amount: ULong) = amount

	}

	open class TakesDuration {

		@RequiresApproval(reason = "Block")
		open fun take(time: Duration) = time

	}

	open class TakesCents {

		@RequiresApproval(reason = "Pay")
		open fun take(customer: String, amount: Cents) = amount

	}

	open class TakesLater {

		@RequiresApproval(reason = "Pay")
		open suspend fun take(amount: UInt) = amount

	}

	@JvmInline
	value class Cents(val value: Int)

	@RequiresApproval(reason = "Pay")
	open class Unsigned(private val application: GuardedApplication) {

		open fun pay(customer: String, amount: UInt) = application.runs(amount)

		open fun payAll(amounts: List<UInt>) = application.runs(amounts)

		open fun payFor(id: MangledFunctionTests.Id, amount: Long) = application.runs(amount)

	}

}
