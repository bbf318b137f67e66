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

import dev.lumoauth.spring.capability.RequiresCapability
import dev.lumoauth.spring.guard.method.Woven
import dev.lumoauth.spring.user.OnBehalfOfUser
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.catchThrowable
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import org.springframework.ai.tool.annotation.Tool
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import reactor.core.publisher.Mono
import java.io.IOException

/**
 * That annotated Kotlin is guarded or refused at start, whether or not Spring can make
 * coroutines of Reactor's types and back.
 */
@Timeout(60)
class KotlinGuardTests {

	private val application = GuardedApplication()

	@Test
	fun guardsSuspendFunctions() = documents {
		application.guards("at once") { it.atOnce() }
		application.guards("later") { it.later() }
		application.guards(null) { it.none() }
		application.guards(Unit) { it.unit() }
		application.guards("found all") { it.withDefault() }
		application.guards("found 3") { it.withDefault("3") }
		application.guards(7L) { it.number(7) }
	}

	@Test
	fun guardsASuspendFunctionWhoseAnswerIsKnown() = documents {
		application.decisions.known = true
		application.guards("later") { it.later() }
	}

	@Test
	fun asksOnEachCallOfASuspendFunction() = documents {
		application.guards("later") { it.later() }
		application.guards("later") { it.later() }
	}

	@Test
	fun leavesASuspendFunctionsExceptionAsItIs() = documents {
		application.decisions.granted = true
		assertThat(catchThrowable { runBlocking { it.failing() } }).isInstanceOf(IOException::class.java).hasMessage("disk")
	}

	@Test
	fun guardsByAnInterface() = application.with(Reports::class.java, { ReportDesk(application) }) {
		application.guards("report") { it.report() }
	}

	@Test
	fun guardsEachFunctionOfAnAnnotatedClass() = application.with(Archive::class.java, { Archive(application) }) {
		application.guards("later") { it.later() }
		application.guards("plain") { it.plain() }
	}

	@Test
	fun guardsWhatAnAnnotatedBeanMethodMakes() {
		application.with(MakesReports::class.java, Plain::class.java) { application.guards("report") { it.report() } }
		application.with(MakesFunction::class.java, Function1::class.java) {
			@Suppress("UNCHECKED_CAST")
			val function = it as (String) -> String
			application.guards("called with a") { function("a") }
		}
	}

	@Test
	fun guardsAFunctionType() = application.with(Search::class.java, { Search(application) }) {
		application.guards("found a") { (it as (String) -> String)("a") }
	}

	@ParameterizedTest
	@ValueSource(classes = [FinalFunction::class, FinalClass::class, FinalSuspendFunction::class, Data::class, Single::class])
	fun refusesWhatIsFinalAsKotlinHasItByDefault(type: Class<*>) {
		val refusal = application.refusesToStart(type)
		assertThat(refusal.description).contains(type.name, "is final", "no guard can stand around it")
		assertThat(refusal.action).contains("in Kotlin 'open'", "kotlin-spring")
	}

	@Test
	fun refusesAFinalClassWithOpenFunctions() {
		val refusal = application.refusesToStart(MakesFinal::class.java)
		assertThat(refusal.description).contains("'text'", "no guard can stand around it")
	}

	@ParameterizedTest
	@ValueSource(classes = [SuspendForUser::class, SuspendForUserByClass::class, MakesSuspendForUser::class])
	fun refusesASuspendFunctionThatActsForTheUser(type: Class<*>) {
		val refusal = application.refusesToStart(type)
		assertThat(refusal.description).contains("read of class", "acts for the user and is a suspend function", "other threads")
		assertThat(refusal.action).contains("does not suspend")
	}

	@ParameterizedTest
	@ValueSource(classes = [SuspendsForFunction::class, SuspendsForSequence::class, SuspendsForFunctions::class,
		SuspendsForMono::class])
	fun refusesASuspendFunctionThatReturnsWorkForLater(type: Class<*>) {
		assertThat(application.refusesToStart(type).description).contains("what is in it runs later, without a check")
	}

	@ParameterizedTest
	@ValueSource(classes = [MakesLazy::class, MakesJob::class, MakesChannel::class])
	fun refusesWorkThatStartsWhenSomebodyAsksForIt(type: Class<*>) {
		assertThat(application.refusesToStart(type).description).contains("what is in it runs later, without a check")
	}

	@Test
	fun refusesWorkThatStartsLaterWhateverTheFunctionDeclares() {
		application.decisions.granted = true
		application.with(MakesAny::class.java, { MakesAny() }) {
			val work = listOf(lazy { application.runs("ran") }, CoroutineScope(Dispatchers.Default).launch(start = CoroutineStart.LAZY) {})
			work.forEach { each ->
				assertThat(catchThrowable { it.make(each) }).hasMessageContaining("which runs later, without a check")
			}
		}
		assertThat(application.ran).isEmpty()
	}

	@Test
	fun saysThatOverloadsForJavaAreFinal() {
		assertThat(application.refusesToStart(ForJava::class.java).action).contains("without @JvmOverloads")
	}

	/** The aspects have marked what they stand around. */
	@Test
	fun refusesAWovenInlineFunction() {
		assertThat(application.refusesToStart(WovenInline::class.java).description)
			.contains("secret of class", "is inline in Kotlin")
		application.with(WovenFinal::class.java, { WovenFinal() }) { assertThat(it.secret()).isEqualTo("secret") }
	}

	@Test
	fun refusesASuspendToolBeforeItRuns() = application.with(SuspendTool::class.java, { SuspendTool(application) }) {
		application.guards("found a") { it.search("a") }
	}

	private fun documents(use: (Documents) -> Unit) =
		application.with(Documents::class.java, { Documents(application) }, use)

	open class Documents(private val application: GuardedApplication) {

		@RequiresCapability("read:documents")
		open suspend fun atOnce(): String {
			application.ran.add("atOnce")
			return "at once"
		}

		@RequiresCapability("read:documents")
		open suspend fun later(): String {
			application.ran.add("later")
			return withContext(Dispatchers.Default) { "later" }
		}

		@RequiresCapability("read:documents")
		open suspend fun none(): String? {
			application.ran.add("none")
			return withContext(Dispatchers.Default) { null }
		}

		@RequiresCapability("read:documents")
		open suspend fun unit() {
			withContext(Dispatchers.Default) { application.ran.add("unit") }
		}

		@RequiresCapability("read:documents")
		open suspend fun withDefault(query: String = "all"): String {
			application.ran.add("withDefault")
			return withContext(Dispatchers.Default) { "found $query" }
		}

		@RequiresCapability("read:documents")
		open suspend fun number(number: Long): Long {
			application.ran.add("number")
			return withContext(Dispatchers.Default) { number }
		}

		@RequiresCapability("read:documents")
		open suspend fun failing(): String = withContext(Dispatchers.Default) { throw IOException("disk") }

	}

	interface Reports {

		@RequiresCapability("read:documents")
		suspend fun report(): String

	}

	open class ReportDesk(private val application: GuardedApplication) : Reports {

		override suspend fun report(): String {
			application.ran.add("report")
			return withContext(Dispatchers.Default) { "report" }
		}

	}

	@RequiresCapability("read:documents")
	open class Archive(private val application: GuardedApplication) {

		open suspend fun later(): String {
			application.ran.add("later")
			return withContext(Dispatchers.Default) { "later" }
		}

		open fun plain(): String {
			application.ran.add("plain")
			return "plain"
		}

	}

	interface Plain {

		suspend fun report(): String

	}

	@Configuration(proxyBeanMethods = false)
	class MakesReports {

		@Bean
		@RequiresCapability("read:documents")
		fun reports(application: GuardedApplication): Plain = object : Plain {

			override suspend fun report(): String {
				application.ran.add("report")
				return withContext(Dispatchers.Default) { "report" }
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	class MakesFunction {

		@Bean
		@RequiresCapability("read:documents")
		fun function(application: GuardedApplication): (String) -> String = {
			application.ran.add("function")
			"called with $it"
		}

	}

	@Configuration(proxyBeanMethods = false)
	class MakesFinal {

		@Bean
		@RequiresCapability("read:documents")
		fun text(): FinalPlain = FinalPlain()

	}

	class FinalPlain {

		fun read() = "read"

	}

	open class Search(private val application: GuardedApplication) : (String) -> String {

		@RequiresCapability("read:documents")
		override fun invoke(query: String): String {
			application.ran.add("search")
			return "found $query"
		}

	}

	open class FinalFunction {

		@RequiresCapability("read:documents")
		fun read() = "read"

	}

	open class FinalSuspendFunction {

		@RequiresCapability("read:documents")
		suspend fun read() = withContext(Dispatchers.Default) { "read" }

	}

	class FinalClass {

		@RequiresCapability("read:documents")
		fun read() = "read"

	}

	data class Data(val name: String = "data") {

		@RequiresCapability("read:documents")
		fun read() = name

	}

	object Single {

		@RequiresCapability("read:documents")
		fun read() = "read"

	}

	open class SuspendForUser {

		@OnBehalfOfUser
		open suspend fun read() = withContext(Dispatchers.Default) { "read" }

	}

	@OnBehalfOfUser
	open class SuspendForUserByClass {

		open suspend fun read() = withContext(Dispatchers.Default) { "read" }

	}

	@Configuration(proxyBeanMethods = false)
	class MakesSuspendForUser {

		@Bean
		@OnBehalfOfUser
		fun reader(): Reader = Reader { "read" }

	}

	fun interface Reader {

		suspend fun read(): String

	}

	open class SuspendsForFunction {

		@RequiresCapability("read:documents")
		open suspend fun read(): () -> String = { "read" }

	}

	open class SuspendsForSequence {

		@RequiresCapability("read:documents")
		open suspend fun read(): Sequence<String> = sequenceOf("read")

	}

	open class SuspendsFor<T>(private val result: T) {

		@RequiresCapability("read:documents")
		open suspend fun read(): T = result

	}

	open class SuspendsForFunctions : SuspendsFor<List<() -> String>>(listOf({ "read" }))

	open class SuspendsForMono {

		@RequiresCapability("read:documents")
		open suspend fun read(): Mono<String> = Mono.just("read")

	}

	open class MakesLazy {

		@RequiresCapability("read:documents")
		open fun make(): Lazy<String> = lazy { "read" }

	}

	open class MakesJob {

		@RequiresCapability("read:documents")
		open fun make(): Job = CoroutineScope(Dispatchers.Default).launch(start = CoroutineStart.LAZY) {}

	}

	open class MakesChannel {

		@RequiresCapability("read:documents")
		open fun make(): ReceiveChannel<String> = Channel()

	}

	open class MakesAny {

		@RequiresCapability("read:documents")
		open fun make(work: Any): Any = work

	}

	open class ForJava {

		@JvmOverloads
		@RequiresCapability("read:documents")
		open fun read(query: String, limit: Int = 5) = "$query $limit"

	}

	class WovenInline {

		@Woven
		@RequiresCapability("read:documents")
		@Suppress("NOTHING_TO_INLINE")
		inline fun secret() = "secret"

	}

	class WovenFinal {

		@Woven
		@RequiresCapability("read:documents")
		fun secret() = "secret"

	}

	open class SuspendTool(private val application: GuardedApplication) {

		@Tool(description = "Search")
		@RequiresCapability("read:documents")
		open suspend fun search(query: String): String {
			application.ran.add("search")
			return withContext(Dispatchers.Default) { "found $query" }
		}

	}

}
